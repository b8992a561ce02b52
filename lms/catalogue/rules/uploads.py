"""What an upload may be: one .zip or loose text files, read whole and refused with a sentence for each fault."""

import io
import zipfile
import zlib
from pathlib import PurePosixPath

import yaml
from django.utils.translation import gettext as _

from lms.catalogue.exceptions import ImportRefused
from lms.catalogue.rules.folder import CourseDraft, read_folder, read_front_matter
from lms.catalogue.rules.shapes import shape_faults

MOST_BYTES = 10 * 1024 * 1024  # of the upload, and again of what it unpacks to
MOST_ENTRIES = 500
ENDINGS = (".md", ".yaml", ".yml")
BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


def read_upload(uploads) -> dict[str, str]:
    """``{path: text}`` of an upload, or ``ImportRefused`` with a sentence for each fault."""
    if sum(upload.size for upload in uploads) > MOST_BYTES:
        raise ImportRefused([_("The upload is larger than 10 MB.")])
    if len(uploads) > MOST_ENTRIES:
        raise ImportRefused([_("The upload has more than %(most)s files.") % {"most": MOST_ENTRIES}])
    zips = [upload for upload in uploads if upload.name.lower().endswith(".zip")]
    if zips and len(uploads) > 1:
        raise ImportRefused([_("Send one .zip alone, or text files without a .zip.")])
    if zips:
        return _from_root(_decoded(_unzipped(zips[0].read())))
    odd = [upload.name for upload in uploads if not upload.name.lower().endswith(ENDINGS)]
    if odd:
        raise ImportRefused(
            [_("%(file)s: only .zip, .md and .yaml files can be read") % {"file": name} for name in odd]
        )
    return _into_modules(_decoded({upload.name: upload.read() for upload in uploads}))


def _unzipped(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as folder:
            entries = folder.infolist()
            _refuse_entries(entries)
            wanted = [e for e in entries if not e.is_dir() and _is_text(e.filename)]
            return {entry.filename: folder.read(entry) for entry in wanted}
    except BROKEN_ZIP as fault:
        raise ImportRefused([_("The .zip cannot be opened: it is damaged or locked with a password.")]) from fault


def _refuse_entries(entries) -> None:
    if len(entries) > MOST_ENTRIES:
        raise ImportRefused([_("The .zip has more than %(most)s entries.") % {"most": MOST_ENTRIES}])
    # The directory of a zip says how large it gets; reading stops there, so a lie gains nothing.
    if sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise ImportRefused([_("The .zip unpacks to more than 10 MB.")])
    outside = [entry.orig_filename for entry in entries if _leads_outside(entry.orig_filename)]
    if outside:
        raise ImportRefused(
            [_("%(file)s: the path leads outside the folder") % {"file": name[:200]} for name in outside]
        )


def _leads_outside(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in name or "\x00" in name


def _is_text(name: str) -> bool:
    # Archivers add their own notes beside the files: __MACOSX/._kursus.md
    hidden = any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)
    return name.lower().endswith(ENDINGS) and not hidden


def _decoded(files: dict[str, bytes]) -> dict[str, str]:
    texts, faults = {}, []
    for name, data in files.items():
        try:
            texts[name] = data.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            faults.append(_("%(file)s: is not UTF-8 text; save it again as UTF-8") % {"file": name})
            continue
        if "\x00" in texts[name]:
            faults.append(_("%(file)s: holds characters that are not text") % {"file": name})
    if faults:
        raise ImportRefused(faults)
    return texts


def _from_root(texts: dict[str, str]) -> dict[str, str]:
    """Paths counted from the folder that holds kursus.md, whatever the archiver wrapped around it."""
    roots = sorted((PurePosixPath(name).parent for name in texts if PurePosixPath(name).name == "kursus.md"), key=str)
    if len(roots) > 1:
        raise ImportRefused([_("The .zip holds more than one kursus.md; send one course at a time.")])
    root = roots[0] if roots else PurePosixPath(".")
    return {
        str(PurePosixPath(name).relative_to(root)): text
        for name, text in texts.items()
        if root in PurePosixPath(name).parents
    }


def _into_modules(texts: dict[str, str]) -> dict[str, str]:
    """Loose files carry no folder: the key of the module stands before the name, or there is only one module."""
    if "kursus.md" not in texts:
        return texts
    keys, out, faults = _module_keys(texts["kursus.md"]), {}, []
    for name, text in texts.items():
        if name in ("kursus.md", "soal.yaml", "README.md"):
            out[name] = text
            continue
        module = (
            keys[0] if len(keys) == 1 else next((key for key in keys if name.startswith((f"{key}-", f"{key}_"))), None)
        )
        if module is None:
            faults.append(
                _("%(file)s: begin the name with the key of its module, or send the folder as a .zip") % {"file": name}
            )
            continue
        out[f"{module}/{name}"] = text
    if faults:
        raise ImportRefused(faults)
    return out


def _module_keys(text: str) -> list[str]:
    modules = read_front_matter(text, "kursus.md")[0].get("modules")
    rows = modules if isinstance(modules, list) else []
    # The longest first, or modul-1 would take the files of modul-1-lanjutan.
    return sorted((str(m["key"]) for m in rows if isinstance(m, dict) and m.get("key")), key=len, reverse=True)


def folder_draft(texts: dict[str, str]) -> CourseDraft:
    """The course the files make; text of a shape nobody foresaw is a fault of the file, not of the server."""
    _refuse_aliases(texts)
    try:
        return read_folder(texts)
    except (AttributeError, TypeError, ValueError, KeyError, ArithmeticError, RecursionError) as fault:
        raise ImportRefused(
            [_("A field of kursus.md or soal.yaml has the wrong shape: %(fault)s") % {"fault": fault}]
        ) from fault


def _refuse_aliases(texts: dict[str, str]) -> None:
    """A few lines of YAML aliases can stand for gigabytes once written out."""
    for name, text in texts.items():
        head = text if not name.endswith(".md") else text.split("\n---", 1)[0]
        try:
            aliased = any(isinstance(token, yaml.AliasToken) for token in yaml.scan(head, Loader=yaml.SafeLoader))
        except (yaml.YAMLError, RecursionError):
            continue  # read_folder says what is wrong, with the line
        if aliased:
            raise ImportRefused([_("%(file)s: aliases (*name) cannot be used; write the value out") % {"file": name}])


def refuse_shapes(draft: CourseDraft) -> None:
    if faults := shape_faults(draft):
        raise ImportRefused(faults)
