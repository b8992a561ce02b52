"""What a migration may do while people work, and while the previous release still runs (I18): expand, then contract.

Each finding names the migration, the operation and what to do instead.
"""

from django.db import migrations

# Tables with a row per learner and act: a lock or a rewrite there is felt by everybody.
HOT = {
    "assessment.attempt", "assessment.attemptresponse", "assessment.gradeentry", "core.accessentry", "core.auditentry",
    "core.outboxmessage", "directory.assignment", "directory.notice", "directory.person", "directory.personnumber",
    "enrolment.enrolment", "enrolment.enrolmentevent", "progress.checkanswer", "progress.unitprogress",
    "records.certificate", "records.completionrecord", "records.jpentry", "profiles.evidence",
}  # fmt: skip


def findings(app: str, name: str, operations, *, atomic: bool = True, before=None) -> list[str]:
    """Every operation that would stop writers or the previous release; ``before``: the state it is applied to."""
    made = {op.name_lower for op in operations if isinstance(op, migrations.CreateModel)}
    found = []
    for op in operations:
        table = _table_of(app, op)
        if table.split(".")[1] in made:  # nobody uses a table that is only just made
            continue
        why = _why_risky(op, table, before)
        if not why and atomic and _holds_on(app, operations, op):
            why = "the lock is held while the operations after it are worked out; make it the last one, or alone"
        if why:
            found.append(f"{app} {name}: {op.describe()}: {why}")
    if atomic and (held := _held_together(app, operations)):
        found.append(
            f"{app} {name}: {' and '.join(held)} in one transaction: writers of the first wait while it waits for the "
            "second, or both wait for each other; give each a migration of its own"
        )
    return found


def _table_of(app: str, op) -> str:
    return f"{app}.{getattr(op, 'model_name_lower', '') or getattr(op, 'name_lower', '')}"


def _holds_on(app: str, operations, op) -> bool:
    """Whether a hot table is locked and work on others follows; keys of new tables are made at the end anyway."""
    if isinstance(op, migrations.CreateModel) or not (held := _locked(app, op)) & HOT:
        return False
    after = operations[operations.index(op) + 1 :]
    return any(_locked(app, one) - held or isinstance(one, migrations.CreateModel) or _is_long(one) for one in after)


def _is_long(op) -> bool:
    return isinstance(op, migrations.RunPython) and op.atomic is not False


def _held_together(app: str, operations) -> list[str]:
    """Hot tables that one transaction locks. A key from one to another cannot do with less, if it comes alone."""
    locking = [(op, tables) for op in operations if (tables := _locked(app, op) & HOT)]
    held = sorted(set().union(*(tables for _op, tables in locking)))
    alone = len(locking) == 1 and isinstance(locking[0][0], migrations.AddField)
    return [] if len(held) < 2 or alone else held


def _locked(app: str, op) -> set[str]:
    """A foreign key locks the table it points to as well."""
    if isinstance(op, migrations.CreateModel):
        return {target for _name, field in op.fields if (target := _target(app, field))}
    if isinstance(op, (migrations.AlterModelOptions, migrations.AlterModelManagers, migrations.RunPython)):
        return set()
    if _is_concurrent(op):
        return set()
    target = _target(app, op.field) if isinstance(op, migrations.AddField) else ""
    return {_table_of(app, op), *filter(None, [target])}


def _target(app: str, field) -> str:
    if not field.remote_field or not field.db_constraint or field.many_to_many:
        return ""
    model = field.remote_field.model
    label = (model if isinstance(model, str) else model._meta.label).lower()
    if label == "self":
        return ""
    return label if "." in label else f"{app}.{label}"


def _why_risky(op, table: str, before) -> str:
    if isinstance(op, migrations.AddField) and not _may_be_left_out(op.field):
        return "the previous release inserts rows without it; give it null=True or db_default"
    if isinstance(op, (migrations.RemoveField, migrations.DeleteModel)):
        return "the previous release still reads it; stop using it in one release, remove it in the next"
    if isinstance(op, (migrations.RenameField, migrations.RenameModel)):
        return "the previous release knows the old name; add the new one beside it"
    if table in HOT and isinstance(op, migrations.AddIndex) and not _is_concurrent(op):
        return "the table is big; build the index CONCURRENTLY in a migration that is not atomic"
    if table in HOT and isinstance(op, migrations.AlterField) and not _rewrites_nothing(op, table, before):
        return "it may rewrite a big table under a lock; add a new field and move the values in batches"
    if isinstance(op, migrations.RunPython) and not op.elidable and op.atomic is not False:
        return "rows changed in one transaction stay locked; make it atomic=False and go in batches"
    return ""


def _rewrites_nothing(op, table: str, before) -> bool:
    """Whether only words or defaults change: the database notes a default beside the table, in no time."""
    if before is None:
        return False
    old = before.models[tuple(table.split("."))].fields[op.name]
    (_, kind, *_), (_, then, *_) = op.field.deconstruct(), old.deconstruct()
    return kind == then and _shape(op.field) == _shape(old)


def _shape(field) -> dict:
    beside = {"db_default", "default", *field.non_db_attrs}
    return {key: value for key, value in field.deconstruct()[3].items() if key not in beside}


def _may_be_left_out(field) -> bool:
    return field.null or field.many_to_many or field.has_db_default()


def _is_concurrent(op) -> bool:
    return type(op).__name__ == "AddIndexConcurrently"


def ours(loader) -> dict:
    """{(app, name): migration} of the house."""
    return {
        key: migration
        for key, migration in loader.disk_migrations.items()
        if type(migration).__module__.split(".")[0] in ("cms", "lms", "talent")
    }


def findings_of(loader, key) -> list[str]:
    """What is wrong with a migration of the project, where it stands."""
    migration = loader.disk_migrations[key]
    before = loader.project_state(key, at_end=False)
    return findings(*key, migration.operations, atomic=migration.atomic, before=before)
