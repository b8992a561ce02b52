"""Words of the dictionary that are not data: the names of the five levels."""

from django.utils.translation import gettext_lazy as _

# PermenPANRB 38/2017: paham, dasar, menengah, mumpuni, ahli.
LEVEL_WORDS = {1: _("aware"), 2: _("basic"), 3: _("intermediate"), 4: _("proficient"), 5: _("expert")}


def level_word(level: int | None) -> str:
    return str(LEVEL_WORDS.get(level, "")) if level else ""


KINDS = ("manajerial", "sosial_kultural", "teknis")
MOST = {"kode": 20, "nama": 120, "name_en": 120}  # characters a column may hold
COLUMNS = ("kode", "nama", "level", "deskripsi", "indikator_perilaku")


def table_faults(rows: list[dict], known: set[str]) -> list[str]:
    """Why a table of levels is not a whole dictionary: one sentence a fault, with row, column and what was seen."""
    if not rows:
        return [str(_("The table is empty."))]
    if lacking := [name for name in COLUMNS if name not in rows[0]]:
        return [str(_("Columns are missing: %(names)s.")) % {"names": ", ".join(lacking)}]
    faults, levels = [], {}
    for number, row in enumerate(rows, 2):
        faults += _row_faults(number, row, known)
        levels.setdefault(row["kode"] or "", []).append(row["level"] or "")
    wanted = [str(level) for level in LEVEL_WORDS]
    for code, found in levels.items():
        if sorted(found) != wanted:
            words = _("%(code)s: each level from 1 to 5 is needed once; found %(found)s.")
            faults.append(str(words) % {"code": code, "found": ", ".join(found)})
    return faults


def _row_faults(number: int, row: dict, known: set[str]) -> list[str]:
    empty = [name for name in COLUMNS if not (row.get(name) or "").strip()]
    faults = [str(_("Row %(row)s, column %(column)s: empty.")) % {"row": number, "column": name} for name in empty]
    for name, most in MOST.items():
        if len(row.get(name) or "") > most:
            words = _("Row %(row)s, column %(column)s: at most %(most)s characters.")
            faults.append(str(words) % {"row": number, "column": name, "most": most})
    new_one = row["kode"] not in known
    if new_one and (row.get("jenis") not in KINDS or not (row.get("definisi") or "").strip()):
        words = _("Row %(row)s: %(code)s is new, so the columns jenis (%(kinds)s) and definisi are needed.")
        faults.append(str(words) % {"row": number, "code": row["kode"], "kinds": ", ".join(KINDS)})
    return faults
