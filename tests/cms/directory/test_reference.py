"""The reference load: what the files hold, what the tables hold after it, and that a second load writes nothing."""

import time
from collections import Counter
from datetime import date
from io import StringIO
from unittest import mock
from zoneinfo import ZoneInfo

from django.core.management import CommandError, call_command
from django.db import connection
from django.test import SimpleTestCase, TestCase
from django.test.utils import CaptureQueriesContext

from cms.directory.management import reference
from cms.directory.models import Agency, JobTitle, Region

SIASN_LINES = 644
REPEATED_IDS = 1  # TVRI, under its old and its new name
NEW_CENTRAL = 30  # 26 ministries, 4 agencies
PAPUA_BARAT_DAYA = 1
CABINET_DAY = date(2024, 10, 21)
CENTRAL_OF_SIASN = 97


def mapping(*relations):
    return [line for line in reference.read("agency_successors.csv") if line["relation"] in relations]


def central_mapping(*relations):
    regional = {line["code"] for line in regional_lines()}
    return [line for line in mapping(*relations) if line["code"] not in regional]


def regional_lines():
    codes = {f"siasn:{line['bkn_id']}" for line in reference.read("instansi_siasn.csv") if line["region_code"]}
    return [line for line in mapping("kept", "new") if line["code"] in codes or line["region_code"]]


class MappingTests(SimpleTestCase):
    """agency_successors.csv against the two lists it joins."""

    def test_each_agency_of_2024_has_exactly_one_line(self):
        placed = [line["name"] for line in central_mapping("same", "new")]
        self.assertEqual(sorted(placed), sorted(line["nama"] for line in reference.read("instansi_pusat_2024.csv")))
        self.assertEqual(Counter(line["relation"] for line in central_mapping("same", "new")), {"same": 64, "new": 30})

    def test_each_central_agency_of_siasn_is_the_same_closed_or_kept(self):
        central = {
            f"siasn:{line['bkn_id']}" for line in reference.read("instansi_siasn.csv") if line["jenis"] == "pusat"
        }
        lines = central_mapping("same", "closed", "kept")
        self.assertEqual(Counter(line["relation"] for line in lines), {"same": 64, "closed": 24, "kept": 9})
        self.assertEqual({line["code"] for line in lines}, central)
        self.assertEqual((len(lines), len(central)), (CENTRAL_OF_SIASN, CENTRAL_OF_SIASN))

    def test_a_closed_agency_tells_when_and_an_agency_is_its_own_successor_never(self):
        for line in mapping("closed"):
            with self.subTest(agency=line["name"]):
                self.assertLessEqual(date.fromisoformat(line["valid_to"]), CABINET_DAY)
                self.assertNotIn(line["code"], line["successors"].split())
        self.assertEqual([line["short_name"] for line in mapping("closed") if not line["successors"]], ["Setjen DPA"])

    def test_every_successor_exists_and_starts_when_its_predecessor_ends_or_earlier(self):
        rows = {row["code"]: row for row in reference.agency_rows()}
        for line in mapping("closed"):
            for code in line["successors"].split():
                with self.subTest(agency=line["name"], successor=rows[code]["name"]):
                    self.assertLessEqual(rows[code]["valid_from"], date.fromisoformat(line["valid_to"]))

    def test_every_date_that_is_not_from_the_files_has_a_basis_and_a_doubt(self):
        dated = [line for line in mapping("new", "closed", "kept") if line["valid_from"] or line["valid_to"]]
        undoubted = [line["short_name"] for line in dated if not line["basis"] or not line["doubt"]]
        self.assertEqual(undoubted, ["Setkab"])  # the decree itself dissolves it, on its own day

    def test_the_levels_of_the_echelon_list_are_all_job_titles(self):
        titles = {row["name"].upper() for row in reference.job_title_rows() if not row["code"].startswith("jf:")}
        listed = {line["jabatan_asn"] for line in reference.read("eselon.csv")} - {""}
        self.assertEqual(listed, titles - {"PELAKSANA"})

    def test_every_time_zone_is_known_to_the_machine(self):
        for row in reference.agency_rows():
            ZoneInfo(row["timezone"])

    def test_names_fit_their_columns(self):
        for model, rows in (
            (Region, reference.region_rows()),
            (Agency, reference.agency_rows()),
            (JobTitle, reference.job_title_rows()),
        ):
            for field in ("code", "name", "short_name"):
                longest = max(len(row.get(field, "")) for row in rows)
                if field in rows[0]:
                    self.assertLessEqual(longest, model._meta.get_field(field).max_length)


class BrokenFileTests(SimpleTestCase):
    def broken(self, **lines_of):
        files = {name: reference.read(f"{name}.csv") for name in ("agency_successors", "instansi_siasn")}
        for name, change in lines_of.items():
            change(files[name])
        whole = reference.read

        def read(name):
            return files.get(name.removesuffix(".csv")) or whole(name)

        with mock.patch.object(reference, "read", read), self.assertRaises(reference.ReferenceBroken) as caught:
            reference.agency_rows()
        return str(caught.exception)

    def test_one_id_for_two_agencies_is_refused(self):
        said = self.broken(instansi_siasn=lambda lines: lines[1].update(bkn_id=lines[0]["bkn_id"]))
        self.assertIn("names two agencies", said)

    def test_a_successor_that_does_not_exist_is_refused(self):
        said = self.broken(agency_successors=lambda lines: lines[0].update(successors="klpd:K999"))
        self.assertIn("klpd:K999", said)

    def test_a_new_agency_that_siasn_knows_is_refused(self):
        said = self.broken(agency_successors=lambda lines: lines[7].update(relation="new"))
        self.assertIn("new does not fit siasn:", said)

    def test_an_agency_of_2024_without_a_line_is_refused(self):
        self.assertIn("0 open rows for Kementerian", self.broken(agency_successors=lambda lines: lines.pop(0)))


class LoadTests(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.printed = StringIO()
        call_command("load_reference", stdout=cls.printed)

    def agency(self, short_name):
        return Agency.everything.get(short_name=short_name)

    def test_552_regions_hang_together(self):
        levels = Counter(Region.everything.values_list("level", flat=True))
        self.assertEqual(levels, {"provinsi": 38, "kabupaten": 416, "kota": 98})
        self.assertEqual(Region.everything.filter(parent=None).count(), 38)
        self.assertEqual(Region.everything.get(code="34.04").parent.name, "Daerah Istimewa Yogyakarta")
        self.assertEqual(Region.everything.filter(is_autonomous=False).count(), 6)
        self.assertEqual(Region.everything.get(code="11").population, 5623479)

    def test_the_total_and_each_kind_of_agency(self):
        total = SIASN_LINES - REPEATED_IDS + NEW_CENTRAL + PAPUA_BARAT_DAYA
        kinds = Counter(Agency.everything.values_list("kind", flat=True))
        self.assertEqual(kinds, {"central": CENTRAL_OF_SIASN + NEW_CENTRAL, "province": 38, "regency": 416, "city": 93})
        self.assertEqual((kinds.total(), total), (674, 674))

    def test_every_regional_government_has_its_own_region_of_its_own_level(self):
        regional = Agency.everything.exclude(kind="central").select_related("region")
        self.assertEqual(len({agency.region_id for agency in regional}), 547)
        self.assertEqual(
            {(agency.kind, agency.region.level) for agency in regional},
            {("province", "provinsi"), ("regency", "kabupaten"), ("city", "kota")},
        )
        # The six administrative parts of Jakarta have no government, but SIASN lists one of them.
        without = Region.everything.filter(agency=None)
        self.assertEqual({region.is_autonomous for region in without}, {False})
        self.assertEqual(len(without), 5)

    def test_1472_job_titles(self):
        families = Counter(JobTitle.everything.values_list("family", flat=True))
        self.assertEqual(families, {"fungsional": 1466, "jpt": 3, "administrator": 1, "pengawas": 1, "pelaksana": 1})
        self.assertEqual(JobTitle.everything.filter(retirement_age=None).count(), 2)
        forester = JobTitle.everything.get(name="Polisi Kehutanan Ahli Utama")
        self.assertEqual((forester.tier, forester.retirement_age), ("UT", 65))

    def test_a_ministry_that_stays_keeps_its_bkn_id_and_gains_its_klpd_code(self):
        panrb = self.agency("KemenPANRB")
        self.assertEqual((panrb.code, panrb.bkn_id), ("siasn:A5EB03E23BF1F6A0E040640A040252AD", panrb.code[6:]))
        self.assertEqual((panrb.quick_code, panrb.klpd_code, panrb.valid_to), ("2060", "K22", None))

    def test_a_split_ministry_ends_the_day_its_successors_start(self):
        old, main = self.agency("Kemenkumham"), self.agency("Kemenkum")
        self.assertEqual((old.valid_to, old.successor), (CABINET_DAY, main))
        self.assertEqual((main.code, main.valid_from, main.bkn_id), ("klpd:K55", CABINET_DAY, None))
        names = Agency.everything.filter(name__contains="Hak Asasi Manusia", kind="central")
        self.assertEqual(names.on(date(2024, 10, 20)).filter(short_name="Kemenkumham").count(), 1)
        self.assertEqual(names.on(CABINET_DAY).filter(short_name="Kemenkumham").count(), 0)
        self.assertEqual(names.on(CABINET_DAY).filter(short_name="KemenHAM").count(), 1)

    def test_an_old_agency_with_the_name_of_a_new_one_is_not_mistaken_for_it(self):
        self.assertEqual(self.agency("KLH/BPLH").code, "klpd:K69")
        self.assertEqual(self.agency("KLH (sampai 2014)").successor.short_name, "KLHK")
        self.assertEqual(self.agency("Bekraf").successor.successor.short_name, "Kemenpar")
        self.assertEqual(self.agency("BRIN").quick_code, "4067")

    def test_papua_barat_daya_has_a_government_that_siasn_does_not_know(self):
        newest = Agency.everything.get(region__code="96")
        self.assertEqual((newest.code, newest.kind, newest.bkn_id), ("kemendagri:96", "province", None))
        self.assertEqual((newest.valid_from, newest.timezone), (date(2022, 12, 9), "Asia/Jayapura"))

    def test_regional_names_follow_the_code_table(self):
        ogan = Agency.everything.get(region__code="16.08")
        self.assertEqual(
            (ogan.name, ogan.short_name),
            ("Pemerintah Kabupaten Ogan Komering Ulu Timur", "Pemkab Ogan Komering Ulu Timur"),
        )
        self.assertEqual(Agency.everything.get(region__code="11").name, "Pemerintah Aceh")

    def test_an_agency_works_in_the_time_of_its_place(self):
        self.assertEqual(Agency.everything.get(region__code="51.71").timezone, "Asia/Makassar")
        self.assertEqual(self.agency("OIKN").timezone, "Asia/Makassar")
        self.assertEqual(self.agency("BKN").timezone, "Asia/Jakarta")

    def test_the_command_prints_what_it_did_and_what_there_is(self):
        lines = self.printed.getvalue().splitlines()
        self.assertEqual(lines[0], "regions: 552 created, 0 changed, 0 unchanged")
        self.assertIn("552 regions: kabupaten 416, kota 98, provinsi 38", lines)
        self.assertIn("674 agencies: central 127, city 93, province 38, regency 416", lines)
        self.assertIn("1472 job titles: administrator 1, fungsional 1466, jpt 3, pelaksana 1, pengawas 1", lines)

    def test_a_second_load_writes_nothing_and_is_quick(self):
        started = time.process_time()
        with CaptureQueriesContext(
            connection,
        ) as statements:
            loads = reference.load_all()
        self.assertEqual({name: load.written for name, load in loads.items()}, dict.fromkeys(loads, 0))
        written = [s["sql"] for s in statements if not s["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE"))]
        self.assertEqual(written, [])
        self.assertLess(time.process_time() - started, 2)

    def test_a_load_puts_right_what_was_changed_and_leaves_the_rows_of_others(self):
        bkn = self.agency("BKN")
        Agency.everything.filter(pk=bkn.pk).update(name="?", successor=self.agency("LAN"))
        partner = Agency.everything.create(code="partner:ugm", name="UGM", kind=Agency.Kind.PARTNER)
        load = reference.load_agencies()
        self.assertEqual((load.created, load.changed, load.linked), (0, 1, 1))
        again = Agency.everything.get(pk=bkn.pk)
        self.assertEqual((again.uuid, again.name, again.successor), (bkn.uuid, "Badan Kepegawaian Negara", None))
        self.assertTrue(Agency.everything.filter(pk=partner.pk, name="UGM").exists())

    def test_a_broken_file_stops_the_command_with_a_sentence_and_changes_nothing(self):
        Region.everything.filter(code="11").update(name="?")
        broken = mock.patch.object(reference, "load_agencies", side_effect=reference.ReferenceBroken("because"))
        with broken, self.assertRaisesMessage(CommandError, "because"):
            call_command("load_reference", stdout=StringIO())
        self.assertEqual(Region.everything.get(code="11").name, "?")
