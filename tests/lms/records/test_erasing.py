"""S02: a person erased; what the law keeps stays, and says nothing about her."""

from django.db import transaction
from django.test import TestCase
from django.urls import reverse

from cms.core import files, outbox
from cms.core.invariants import INVARIANTS
from cms.directory import services as directory
from cms.directory.exceptions import EraseRefused
from cms.directory.models import ErasureEntry, Identity, Notice, Person, PersonNumber, User
from lms.records import queries, services
from lms.records.models import Certificate, CertificateFile, CompletionRecord, JPEntry
from tests import makers
from tests.lms.records.test_services import complete


class EraseTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.agency = makers.make_agency()
        cls.ani = makers.make_person("Ani Lestari", agency=cls.agency, user=True)
        cls.heads = [makers.make_person(n, agency=cls.agency, roles=["hr_head"]).user for n in ("Rina", "Hadi")]
        cls.record = complete(makers.make_enrolment(learner=cls.ani))
        cls.certificate = cls.record.certificates.get()
        services.render({"certificate": cls.certificate.pk})
        cls.number = cls.ani.numbers.get().value

    def erase(self, by=0, second=1):
        return directory.erase(person=self.ani, by=self.heads[by], approved_by=self.heads[second])

    def words_left(self) -> list[str]:
        """Where name or number of Ani still stand."""
        rows = [
            *Person.everything.values_list("name", flat=True),
            *PersonNumber.everything.values_list("value", flat=True),
            *[" ".join(row) for row in Identity.everything.values_list("name", "number", "post")],
            *[" ".join(map(str, row)) for row in User.everything.values_list("username", "email", "first_name")],
            *[str(facts) for facts in Certificate.everything.values_list("facts", flat=True)],
            *Notice.everything.values_list("text", flat=True),
        ]
        return [row for row in rows if "Ani" in row or self.number in row]

    def test_S02_no_word_of_her_is_left_and_the_statutory_records_stand(self):
        entry = self.erase()
        self.assertEqual(self.words_left(), [])
        self.assertEqual(CompletionRecord.everything.count(), 1)
        self.assertEqual(queries.jp_of(self.ani.pk, self.record.completed_on.year)[0], self.record.jp)
        self.assertEqual(
            entry.kept,
            [
                {"kind": "certificate", "number": self.certificate.number},
                {"kind": "completion", "count": 1},
                {"kind": "jp", "count": 1, "jp": "1.0"},
            ],
        )
        self.assertEqual((entry.by_id, entry.approved_by_id), (self.heads[0].pk, self.heads[1].pk))
        self.assertEqual({k: INVARIANTS[k][1]() for k in ("I05", "I06", "I11")}, {"I05": [], "I06": [], "I11": []})

    def test_the_verify_page_still_answers_without_her_name(self):
        self.erase()
        response = self.client.get(reverse("records:verdict", args=[self.certificate.code]))
        self.assertContains(response, "This certificate is valid")
        self.assertContains(response, "(name erased at the holder")
        self.assertNotContains(response, "Ani")

    def test_the_file_that_prints_her_name_goes_and_her_own_copy_is_still_recognised(self):
        digest = CertificateFile.everything.get().digest
        copy = files.read(digest)
        self.erase()
        outbox.deliver_all()
        self.assertFalse(files.is_there(digest))
        self.assertEqual(queries.file_by_digest(files.digest_of(copy)), self.certificate)
        services.render({"certificate": self.certificate.pk})
        self.assertFalse(files.is_there(digest))

    def test_her_account_is_closed_and_her_number_opens_no_door(self):
        self.client.force_login(self.ani.user)
        self.erase()
        self.assertEqual(self.client.get(reverse("records:mine")).status_code, 302)
        self.assertFalse(User.everything.get(person=self.ani).is_active)
        self.assertFalse(self.client.login(username=self.number, password=makers.PASSWORD))

    def test_two_heads_of_her_agency_who_are_not_herself(self):
        citra = makers.make_person("Citra", roles=["hr_head"]).user
        analyst = makers.make_person("Dwi", agency=self.agency, roles=["hr_analyst"]).user
        one, two = self.heads
        for by, second in ((one, one), (one, citra), (citra, two), (one, analyst)):
            with self.subTest(by=by.pk, second=second.pk), self.assertRaises(EraseRefused), transaction.atomic():
                directory.erase(person=self.ani, by=by, approved_by=second)
        with self.assertRaises(EraseRefused):
            directory.erase(person=one.person, by=one, approved_by=two)
        self.assertEqual(ErasureEntry.everything.count(), 0)

    def test_I17_a_restored_copy_is_erased_again(self):
        self.erase()
        Person.everything.filter(pk=self.ani.pk).update(name="Ani Lestari")  # as the backup had it
        Identity.everything.filter(person=self.ani).update(name="Ani Lestari", erased_at=None)
        self.assertEqual(directory.replay_erasures(), 1)
        self.assertEqual(self.words_left(), [])
        self.assertEqual(directory.replay_erasures(), 0)

    def test_the_ledger_of_others_is_untouched(self):
        other = complete(makers.make_enrolment(learner=makers.make_person("Budi", agency=self.agency, user=True)))
        self.erase()
        self.assertEqual(Identity.everything.get(pk=other.identity_id).name, "Budi")
        self.assertEqual(JPEntry.everything.filter(person=other.learner).count(), 1)
