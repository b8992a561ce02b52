"""What an upload may be: one .zip or loose text files, read whole and refused with a sentence for each fault."""

import io
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import yaml
from django.utils.translation import gettext as _

from cms.core import kinds, pictures
from lms.catalogue.exceptions import ImportRefused
from lms.catalogue.rules.folder import CourseDraft, read_folder, read_front_matter, split_front_matter
from lms.catalogue.rules.shapes import shape_faults

MOST_BYTES = 10 * 1024 * 1024  # of the upload, and again of what it unpacks to
MOST_ENTRIES = 500
ENDINGS = (".md", ".yaml", ".yml")
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
MEDIA = (*PICTURES, ".pdf", ".docx", ".xlsx", ".pptx", ".csv", ".mp4", ".webm")
BROKEN_ZIP = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)


@dataclass(frozen=True)
class Folder:
    """An upload read whole: its texts, and the pictures and other files that they show."""

    texts: dict
    media: dict = field(default_factory=dict)

    def packed(self) -> bytes:
        """The folder as one .zip, to be kept between the preview and the import."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as folder:
            for name, data in {**self.texts, **self.media}.items():
                # The same folder is the same bytes, whenever it was sent.
                folder.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
        return out.getvalue()


def unpacked(data: bytes) -> Folder:
    """What ``Folder.packed`` kept; it was read and checked before."""
    with zipfile.ZipFile(io.BytesIO(data)) as folder:
        files = {entry.filename: folder.read(entry) for entry in folder.infolist()}
    texts = {name: files[name].decode() for name in files if _is_text(name)}
    return Folder(texts, {name: kept for name, kept in files.items() if name not in texts})


def read_upload(uploads) -> Folder:
    """The folder of an upload, or ``ImportRefused`` with a sentence for each fault."""
    folder = _whole(uploads)
    return Folder(folder.texts, _written_anew(folder.media))


def _written_anew(media: dict[str, bytes]) -> dict[str, bytes]:
    """Pictures written anew and files looked into, as the library does with every upload (U03 to U06)."""
    clean, faults = {}, []
    for name, data in media.items():
        ending = PurePosixPath(name).suffix.lstrip(".").lower()
        file = io.BytesIO(data)
        try:
            if f".{ending}" in PICTURES:
                clean[name] = pictures.again(file, ending=ending)[0]
            elif kinds.is_what_it_says(file, ending):
                clean[name] = data
            else:
                faults.append(name)
        except pictures.PictureRefused:
            faults.append(name)
    if faults:
        words = _("%(file)s: cannot be kept; it is damaged, moving, too large, or not what its name says")
        raise ImportRefused([words % {"file": name} for name in faults])
    return clean


def _whole(uploads) -> Folder:
    if sum(upload.size for upload in uploads) > MOST_BYTES:
        raise ImportRefused([_("The upload is larger than 10 MB.")])
    if len(uploads) > MOST_ENTRIES:
        raise ImportRefused([_("The upload has more than %(most)s files.") % {"most": MOST_ENTRIES}])
    zips = [upload for upload in uploads if upload.name.lower().endswith(".zip")]
    if zips and len(uploads) > 1:
        raise ImportRefused([_("Send one .zip alone, or text files without a .zip.")])
    if zips:
        return _from_root(_unzipped(zips[0].read()))
    odd = [upload.name for upload in uploads if not _is_wanted(upload.name)]
    if odd:
        raise ImportRefused(
            [_("%(file)s: only .zip, .md, .yaml, pictures and documents can be read") % {"file": name} for name in odd]
        )
    files = {upload.name: upload.read() for upload in uploads}
    texts = _into_modules(_decoded({name: data for name, data in files.items() if _is_text(name)}))
    return Folder(texts, {name: data for name, data in files.items() if not _is_text(name)})


def _unzipped(data: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as folder:
            entries = folder.infolist()
            _refuse_entries(entries)
            wanted = [e for e in entries if not e.is_dir() and _is_wanted(e.filename)]
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
    return name.lower().endswith(ENDINGS)


def _is_wanted(name: str) -> bool:
    # Archivers add their own notes beside the files: __MACOSX/._kursus.md
    hidden = any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)
    return name.lower().endswith((*ENDINGS, *MEDIA)) and not hidden


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


def _from_root(files: dict[str, bytes]) -> Folder:
    """Paths counted from the folder that holds kursus.md, whatever the archiver wrapped around it."""
    roots = sorted((PurePosixPath(name).parent for name in files if PurePosixPath(name).name == "kursus.md"), key=str)
    if len(roots) > 1:
        raise ImportRefused([_("The .zip holds more than one kursus.md; send one course at a time.")])
    root = roots[0] if roots else PurePosixPath(".")
    inside = {
        str(PurePosixPath(name).relative_to(root)): data
        for name, data in files.items()
        if root in PurePosixPath(name).parents
    }
    texts = _decoded({name: data for name, data in inside.items() if _is_text(name)})
    return Folder(texts, {name: data for name, data in inside.items() if not _is_text(name)})


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


def folder_draft(folder: Folder) -> CourseDraft:
    """The course the files make; text of a shape nobody foresaw is a fault of the file, not of the server."""
    _refuse_aliases(folder.texts)
    try:
        return read_folder(folder.texts, frozenset(folder.media))
    except (AttributeError, TypeError, ValueError, KeyError, ArithmeticError, RecursionError) as fault:
        raise ImportRefused(
            [_("A field of kursus.md or soal.yaml has the wrong shape: %(fault)s") % {"fault": fault}]
        ) from fault


def _refuse_aliases(texts: dict[str, str]) -> None:
    """A few lines of YAML aliases can stand for gigabytes once written out."""
    for name, text in texts.items():
        # Of a Markdown text only what `read_front_matter` reads is YAML: prose is full of *stars*.
        head = text if not name.endswith(".md") else (split_front_matter(text) or ("", ""))[0]
        try:
            aliased = any(isinstance(token, yaml.AliasToken) for token in yaml.scan(head, Loader=yaml.SafeLoader))
        except (yaml.YAMLError, RecursionError):
            continue  # read_folder says what is wrong, with the line
        if aliased:
            raise ImportRefused([_("%(file)s: aliases (*name) cannot be used; write the value out") % {"file": name}])


def refuse_shapes(draft: CourseDraft) -> None:
    if faults := shape_faults(draft):
        raise ImportRefused(faults)
