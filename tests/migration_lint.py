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


def findings(app: str, name: str, operations) -> list[str]:
    """Every operation of a migration that would stop writers or the previous release."""
    made = {op.name_lower for op in operations if isinstance(op, migrations.CreateModel)}
    found = []
    for op in operations:
        table = f"{app}.{getattr(op, 'model_name_lower', '') or getattr(op, 'name_lower', '')}"
        if table.split(".")[1] in made:  # nobody uses a table that is only just made
            continue
        if why := _why_risky(op, table):
            found.append(f"{app} {name}: {op.describe()}: {why}")
    return found


def _why_risky(op, table: str) -> str:
    if isinstance(op, migrations.AddField) and not _may_be_left_out(op.field):
        return "the previous release inserts rows without it; give it null=True or db_default"
    if isinstance(op, (migrations.RemoveField, migrations.DeleteModel)):
        return "the previous release still reads it; stop using it in one release, remove it in the next"
    if isinstance(op, (migrations.RenameField, migrations.RenameModel)):
        return "the previous release knows the old name; add the new one beside it"
    if table in HOT and isinstance(op, migrations.AddIndex) and not _is_concurrent(op):
        return "the table is big; build the index CONCURRENTLY in a migration that is not atomic"
    if table in HOT and isinstance(op, migrations.AlterField):
        return "it may rewrite a big table under a lock; add a new field and move the values in batches"
    if isinstance(op, migrations.RunPython) and not op.elidable and op.atomic is not False:
        return "rows changed in one transaction stay locked; make it atomic=False and go in batches"
    return ""


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
