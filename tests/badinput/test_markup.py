"""Text that becomes code: markup, links, template signs, headers (R01, R02, R03, R08)."""

import json
import re
from html import unescape

from django.core import mail
from django.test import SimpleTestCase, TestCase

from cms.core.html import ATTRIBUTES, SCHEMES, TAGS, clean_html, plain_text
from cms.directory import services as directory
from cms.directory.models import Notice
from lms.catalogue import queries
from lms.catalogue import services as catalogue
from lms.catalogue.rendering import unit_parts
from tests import makers
from tests.gate.makers import NATIONAL, Side, make_side
from tests.gate.people import Browsers, ask
from tests.gate.routes import ROUTES

# Each has run as code somewhere: in a browser that mended the markup, in a cleaner that read it otherwise.
ATTACKS = (
    "<script>alert(1)</script>",
    "<ScRiPt src=//e.example/x></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><g onload=alert(1)></g></svg>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<form><button formaction=javascript:alert(1)>x",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<a href=x onclick=alert(1)>x</a>",
    "<table background=javascript:alert(1)>",
    "<div style='background:url(javascript:alert(1))'>x</div>",
    "<style>@import 'javascript:alert(1)'</style>",
    "<meta http-equiv=refresh content='0;javascript:alert(1)'>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<base href=//e.example/>",
    "<link rel=stylesheet href=//e.example/x>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<template><script>alert(1)</script></template>",
    "<xmp><img src=x onerror=alert(1)></xmp>",
    "<textarea><img src=x onerror=alert(1)></textarea>",
    "<p><!--><img src=x onerror=alert(1)>--></p>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<a href='https://ok.example' target=_top onmouseover=alert(1)>x</a>",
    "<img src=x:x onerror=alert(1) //",
    "<img alt='`' src=x onerror=alert(1)>",
    "\x3cscript\x3ealert(1)\x3c/script\x3e",
    "<plaintext><b>x",
)
LINKS = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "java&#x09;script:alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6A;&#97;vascript&colon;alert(1)",
    "data:text/html,<b>x",
    "DATA:text/html;base64,PHNjcmlwdD4=",
    "vbscript:msgbox(1)",
    "\x01javascript:alert(1)",
    "feed:javascript:alert(1)",
    "file:///etc/passwd",
    "blob:x",
    "view-source:x",
    "intent:x",
)
OPENING = re.compile(r"<\s*([a-zA-Z0-9]+)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
NAME = re.compile(r"([a-zA-Z-]+)\s*=")
CODE = '"><script>alert(1)</script>{{7*7}}'


class CleanHtmlTests(SimpleTestCase):
    def assert_only_allowed(self, html):
        for tag, attributes in OPENING.findall(html):
            self.assertIn(tag, TAGS)
            bare = re.sub(r"\"[^\"]*\"|'[^']*'", "", attributes)
            self.assertLessEqual(set(NAME.findall(bare)), ATTRIBUTES.get(tag, set()) | ATTRIBUTES["*"] | {"rel"})

    def test_R01_nothing_but_the_list_is_left(self):
        for attack in ATTACKS:
            for text in (attack, f"<p>baik {attack} baik</p>", f"<table><tr><td>{attack}</td></tr></table>"):
                for links in (False, True):
                    with self.subTest(attack=text, links=links):
                        clean = clean_html(text, link_addresses=links)
                        self.assert_only_allowed(clean)
                        # What a browser makes of it, cleaned again, says the same: no meaning came in on the way.
                        self.assert_only_allowed(clean_html(clean))
                        self.assertEqual(plain_text(clean_html(clean)), plain_text(clean))

    def test_R01_words_of_scripts_and_styles_do_not_stay_as_text(self):
        self.assertEqual(clean_html("<p>a</p><script>alert(1)</script><style>p{}</style>"), "<p>a</p>")

    def test_R01_the_list_allows_no_code(self):
        self.assertEqual(
            TAGS & {"script", "style", "iframe", "object", "embed", "svg", "math", "form", "input", "link"}, set()
        )
        self.assertFalse([name for names in ATTRIBUTES.values() for name in names if name.startswith("on")])
        self.assertFalse(any("style" in names for names in ATTRIBUTES.values()))

    def test_R02_the_link_goes_and_the_text_stays(self):
        for link in LINKS:
            for quote in ('"', "'"):
                with self.subTest(link=link):
                    clean = clean_html(f"<p><a href={quote}{link}{quote}>Aturan</a></p>")
                    self.assertEqual(plain_text(clean), "Aturan")
                    self.assertNotIn("href", clean)
            with self.subTest(picture=link):
                self.assertNotIn("src", clean_html(f'<img src="{link}" alt="x">'))

    def test_R02_good_links_stay(self):
        for link in (
            "https://lapor.go.id/a?b=1",
            "http://x.example",
            "mailto:a@b.id",
            "tel:+6221",
            "/kursus/",
            "#bab-2",
        ):
            with self.subTest(link=link):
                self.assertIn(f'href="{link}"', clean_html(f'<a href="{link}">x</a>'))
        self.assertEqual(SCHEMES, {"http", "https", "mailto", "tel"})

    def test_R01_plain_text_holds_no_markup(self):
        for attack in ATTACKS:
            with self.subTest(attack=attack):
                self.assertIsNone(OPENING.search(plain_text(attack).replace("&lt;", "")))


def texts_in(body: str) -> list[str]:
    """Every box of rich text in the JSON of a saved draft; headings are plain words, escaped when shown."""

    def walk(value):
        if isinstance(value, dict | list):
            for inner in value.values() if isinstance(value, dict) else value:
                yield from walk(inner)
        elif isinstance(value, str) and value.startswith(("<p", "<ul", "<ol")):
            yield value

    return list(walk(json.loads(body)))


class ImportedTextTests(TestCase):
    def test_R01_R02_text_of_a_folder_is_clean_before_anybody_reads_it(self):
        files = makers.course_files()
        name = next(name for name in files if name.startswith("modul-1/"))
        attacks = [attack for attack in ATTACKS if "![" not in attack]  # that begins a picture, refused in words
        body = "\n\n".join([*attacks, *(f"[tautan]({link})" for link in LINKS), *(f"<{link}>" for link in LINKS)])
        files[name] = files[name].replace("## Pokok", f"## Pokok <script>alert(1)</script>\n\n{body}\n\n")
        author = makers.make_person("Bambang", roles=["author"])
        course = catalogue.import_course(files=files, agency=author.agency, by=author.user)
        check, found = CleanHtmlTests(), 0
        # Clean when saved: not only what is drawn of it later.
        drafts = [page.get_latest_revision().content["body"] for page in course.page.get_children()]
        saved = [words for body in drafts for words in texts_in(body)]
        self.assertIn("tautan", " ".join(saved))
        for words in saved:
            check.assert_only_allowed(words)
        for unit in queries.draft_of(course.page)[1]:
            # The very function whose answer is frozen into a release and shown in the preview.
            for part in unit_parts(unit["raw"]):
                for html in (part.get("html", ""), *part.get("steps", [])):
                    check.assert_only_allowed(html)
                    for _tag, attributes in OPENING.findall(html):
                        self.assertNotRegex(
                            attributes, r"(?i)(href|src)\s*=\s*.?\s*(javascript|data|vbscript|file|blob)"
                        )
                    found += "tautan" in html
        self.assertGreater(found, 0)


# Downloads that no browser shows; `cms/core/test_sheets.py` tries their cells, and the words stay as they were typed.
SHEETS = {"enrolment:xlsx", "enrolment:csv"}


class EveryScreenTests(TestCase):
    """A world in which every word a person typed is an attack, on every screen."""

    @classmethod
    def setUpTestData(cls):
        makers.load_dictionary()
        agency = makers.make_agency("Pemerintah Kabupaten Sleman")
        cls.side: Side = make_side(CODE, "19880317", owner=agency, employer=agency)

    def test_R03_sheets_are_never_shown_inline(self):
        organiser = Browsers(self.side, {})["organiser"]
        for route in (route for route in ROUTES if route.name in SHEETS):
            with self.subTest(route=route.name):
                answer = ask(organiser, route, route.url(self.side), "GET")
                self.assertIn("attachment", answer["Content-Disposition"])
                self.assertEqual(answer["X-Content-Type-Options"], "nosniff")
                self.assertNotIn("html", answer["Content-Type"])

    def test_R01_R03_names_titles_and_notes_are_printed_as_they_are(self):
        browsers, shown = Browsers(self.side, {}), set()
        for route in ROUTES:
            if not route.reads or route.name in SHEETS:
                continue
            for role in {route.sender, "owner", "colleague", "hr_head", "organiser", "publisher", "author"}:
                if role in NATIONAL or (role not in route.opens and not route.is_public):
                    continue
                with self.subTest(route=route.name, role=role):
                    answer = ask(browsers[role], route, route.url(self.side), "GET")
                    text = answer.content.decode(errors="replace")
                    self.assertNotIn("<script>alert(1)", text)
                    if "{{7*7}}" in unescape(text):
                        shown.add(route.name)
        # The walk is not empty: these screens do print what was typed.
        self.assertLessEqual(
            {
                "profiles:person", "directory:people", "enrolment:run", "catalogue:review", "catalogue:course",
                "records:certificate", "records:verdict", "player:home", "player:unit", "directory:notices",
            },
            shown,
        )  # fmt: skip

    def test_R03_a_mail_prints_it_literally_and_R08_keeps_it_out_of_headers(self):
        owner = self.side.who["owner"]
        owner.user.email = "ani@example.go.id"
        owner.user.save()
        text = "Kabar {{7*7}} {% include 'x' %} ${x}\r\nBcc: jahat@example.com"
        directory.notify(person_id=owner.pk, kind="uji", key="r08", text=text)
        directory.send_notice_mail({"person": owner.pk, "kind": "uji", "key": "r08"})
        self.assertEqual(Notice.everything.get(key="r08").text, text)
        message = mail.outbox[0].message()
        self.assertEqual(message.get_all("Bcc"), None)
        self.assertEqual(message["To"], "ani@example.go.id")
        self.assertNotIn("kanari", message["Subject"])
        self.assertIn("{{7*7}} {% include 'x' %} ${x}", mail.outbox[0].body)
        self.assertEqual(mail.outbox[0].recipients(), ["ani@example.go.id"])
