"""The tables, once for both databases. A migration that was released is never changed: add a new one.

Times are UTC text of fixed width (database.stamp), JSON is text (the audit log hashes exactly what is stored).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from review_gate.domain.message import Message
from review_gate.ports import StoreError


@dataclass(frozen=True, slots=True)
class Types:
    """The words for column types in which the databases differ."""

    text: str
    blob: str
    counter: str
    """Primary key that counts by itself."""


@dataclass(frozen=True, slots=True)
class Migration:
    name: str
    statements: tuple[str, ...]

    def sql(self, types: Types) -> list[str]:
        words = {"$text": types.text, "$blob": types.blob, "$counter": types.counter}
        rendered = []
        for statement in self.statements:
            for word, meaning in words.items():
                statement = statement.replace(word, meaning)
            rendered.append(statement)
        return rendered


FIRST = Migration(
    "0001_first",
    (
        # `body` is the whole submission; the other columns repeat what lists filter and sort by.
        """CREATE TABLE submissions (
            id $text PRIMARY KEY,
            version BIGINT NOT NULL,
            state $text NOT NULL,
            kind $text NOT NULL,
            channel $text,
            market $text,
            author $text NOT NULL,
            bot $text,
            severity BIGINT NOT NULL,
            planned_at $text,
            created_at $text NOT NULL,
            updated_at $text NOT NULL,
            body $text NOT NULL
        )""",
        "CREATE INDEX submissions_newest ON submissions (created_at, id)",
        "CREATE INDEX submissions_by_state ON submissions (state, created_at, id)",
        "CREATE INDEX submissions_by_kind ON submissions (kind, created_at, id)",
        "CREATE INDEX submissions_by_channel ON submissions (channel, created_at, id)",
        "CREATE INDEX submissions_by_market ON submissions (market, created_at, id)",
        "CREATE INDEX submissions_by_author ON submissions (author, created_at, id)",
        "CREATE INDEX submissions_by_bot ON submissions (bot, created_at, id) WHERE bot IS NOT NULL",
        # The audit log: one hash chain, see chain.py. Positions are given by the program, without gaps.
        """CREATE TABLE events (
            position BIGINT PRIMARY KEY,
            id $text NOT NULL UNIQUE,
            at $text NOT NULL,
            kind $text NOT NULL,
            actor $text NOT NULL,
            submission_id $text,
            data $text NOT NULL,
            previous $text NOT NULL,
            hash $text NOT NULL
        )""",
        "CREATE INDEX events_by_submission ON events (submission_id, position) WHERE submission_id IS NOT NULL",
        # The outbox. waiting: due at `due_at`, or leased until then; delivered: done, kept for the record;
        # dead: given up, until somebody replays it. Positions follow the order in which one submission changed.
        """CREATE TABLE deliveries (
            position $counter,
            id $text NOT NULL UNIQUE,
            kind $text NOT NULL,
            submission_id $text,
            created_at $text NOT NULL,
            not_before $text,
            payload $text NOT NULL,
            state $text NOT NULL CHECK (state IN ('waiting', 'delivered', 'dead')),
            due_at $text NOT NULL,
            attempts BIGINT NOT NULL,
            last_error $text NOT NULL,
            ended_at $text,
            receipt $text
        )""",
        "CREATE INDEX deliveries_due ON deliveries (kind, due_at, position) WHERE state = 'waiting'",
        "CREATE INDEX deliveries_in_order ON deliveries (submission_id, kind, position) WHERE state = 'waiting'",
        "CREATE INDEX deliveries_dead ON deliveries (position) WHERE state = 'dead'",
        """CREATE TABLE replies (
            position $counter,
            id $text NOT NULL UNIQUE,
            bot $text NOT NULL,
            conversation $text,
            text $text NOT NULL,
            fingerprint $blob NOT NULL,
            at $text NOT NULL,
            action $text NOT NULL
        )""",
        "CREATE INDEX replies_by_bot ON replies (bot, at, position)",
        """CREATE TABLE idempotency (
            scope $text NOT NULL,
            key $text NOT NULL,
            body_sha256 $text NOT NULL,
            status BIGINT NOT NULL,
            answer $text NOT NULL,
            at $text NOT NULL,
            PRIMARY KEY (scope, key)
        )""",
        """CREATE TABLE notes (
            topic $text NOT NULL,
            key $text NOT NULL,
            value $text NOT NULL,
            PRIMARY KEY (topic, key)
        )""",
        """CREATE TABLE api_keys (
            id $text PRIMARY KEY,
            name $text NOT NULL,
            key_sha256 $text NOT NULL UNIQUE,
            scopes $text NOT NULL,
            created_at $text NOT NULL,
            revoked_at $text
        )""",
        "CREATE UNIQUE INDEX api_keys_in_use ON api_keys (name) WHERE revoked_at IS NULL",
    ),
)

BOTS = Migration(
    "0002_bots",
    (
        # What a bot keeps saying, once for each form of words. Equal bands: fingerprints that are nearly the same.
        # Rows go when nobody has said it within the policy's window, unless it was allowed to repeat.
        """CREATE TABLE sayings (
            key BIGINT PRIMARY KEY,
            bot $text NOT NULL,
            words $text NOT NULL,
            last_at $text NOT NULL,
            allowed_by $text,
            band0 BIGINT, band1 BIGINT, band2 BIGINT, band3 BIGINT,
            band4 BIGINT, band5 BIGINT, band6 BIGINT, band7 BIGINT
        )""",
        *(f"CREATE INDEX sayings_band{n} ON sayings (band{n})" for n in range(8)),
        "CREATE INDEX sayings_oldest ON sayings (last_at) WHERE allowed_by IS NULL",
        "ALTER TABLE replies ADD COLUMN saying BIGINT",
        "ALTER TABLE replies ADD COLUMN marks $text NOT NULL DEFAULT ''",
        "ALTER TABLE replies ADD COLUMN score DOUBLE PRECISION NOT NULL DEFAULT 0",
        "CREATE INDEX replies_by_saying ON replies (saying, at) WHERE saying IS NOT NULL",
        "CREATE INDEX replies_in_conversation ON replies (bot, conversation, at) WHERE conversation IS NOT NULL",
        "CREATE INDEX replies_oldest ON replies (at)",
        # The switch of each bot; `body` is the whole breaker. Here from a bot's first call.
        """CREATE TABLE bots (
            bot $text PRIMARY KEY,
            version BIGINT NOT NULL,
            state $text NOT NULL,
            body $text NOT NULL
        )""",
    ),
)

PAGES = Migration(
    "0003_pages",
    (
        # Who may sign in to the pages; `roles` is a JSON list.
        """CREATE TABLE users (
            email $text PRIMARY KEY,
            name $text NOT NULL,
            roles $text NOT NULL,
            password_hash $text NOT NULL,
            created_at $text NOT NULL,
            language $text,
            must_change BIGINT NOT NULL,
            disabled_at $text
        )""",
        """CREATE TABLE sessions (
            token_sha256 $text PRIMARY KEY,
            email $text NOT NULL,
            created_at $text NOT NULL,
            ends_at $text NOT NULL
        )""",
        "CREATE INDEX sessions_by_email ON sessions (email)",
        "CREATE INDEX sessions_ending ON sessions (ends_at)",
        # `who`: an account's address, or where the call came from. Kept for minutes.
        "CREATE TABLE sign_in_failures (who $text NOT NULL, at $text NOT NULL)",
        "CREATE INDEX sign_in_failures_by_who ON sign_in_failures (who, at)",
        "CREATE INDEX sign_in_failures_oldest ON sign_in_failures (at)",
        # The queue in order of need (desk.DUE), and its counts without reading the bodies.
        "CREATE INDEX submissions_due ON submissions (state, (coalesce(planned_at, '9999')), id)",
        "CREATE INDEX submissions_facets ON submissions (state, channel, market, severity, kind)",
        "CREATE INDEX events_by_kind ON events (kind, position)",
        "CREATE INDEX events_by_actor ON events (actor, position)",
    ),
)

LIMITS = Migration(
    "0004_limits",
    (
        # When each key's bucket of requests is full again, in seconds since 1970.
        "CREATE TABLE rate_limits (who $text PRIMARY KEY, full_at DOUBLE PRECISION NOT NULL)",
    ),
)

TEMPLATES = Migration(
    "0005_templates",
    (
        # Texts with slots that a lead has approved; `body` is the whole template but its count.
        """CREATE TABLE templates (
            name $text PRIMARY KEY,
            body $text NOT NULL,
            uses BIGINT NOT NULL,
            last_used_at $text
        )""",
    ),
)

OUTCOMES = Migration(
    "0006_outcomes",
    (
        # What happened after something went out; `id` is the submission's or the reply's, `body` all that is known.
        """CREATE TABLE outcomes (
            id $text PRIMARY KEY,
            version BIGINT NOT NULL,
            went_out_at $text NOT NULL,
            body $text NOT NULL
        )""",
        "CREATE INDEX outcomes_by_time ON outcomes (went_out_at, id)",
    ),
)

DRILLS = Migration(
    "0007_drills",
    (
        # 1: made up to train reviewers. Never among what is counted, listed over the API, or published.
        "ALTER TABLE submissions ADD COLUMN drill BIGINT NOT NULL DEFAULT 0",
    ),
)

INCIDENTS = Migration(
    "0008_incidents",
    (
        # `subject`: the submission or the reply that went out; `body` is the whole incident.
        """CREATE TABLE incidents (
            id $text PRIMARY KEY,
            version BIGINT NOT NULL,
            subject $text NOT NULL UNIQUE,
            state $text NOT NULL,
            opened_at $text NOT NULL,
            body $text NOT NULL
        )""",
        "CREATE INDEX incidents_by_state ON incidents (state, opened_at)",
    ),
)

MEDIA = Migration(
    "0009_media",
    (
        # Pictures by the hash of their bytes; `looks` are perceptual hashes (JSON).
        """CREATE TABLE pictures (
            sha256 $text PRIMARY KEY,
            type $text NOT NULL,
            width BIGINT NOT NULL,
            height BIGINT NOT NULL,
            size BIGINT NOT NULL,
            looks $text NOT NULL,
            kept_by $text NOT NULL,
            kept_at $text NOT NULL,
            content $blob NOT NULL,
            thumbnail $blob NOT NULL
        )""",
        # What a reader (name and version) read in it.
        """CREATE TABLE picture_words (
            sha256 $text NOT NULL,
            reader $text NOT NULL,
            words $text NOT NULL,
            PRIMARY KEY (sha256, reader)
        )""",
        # What went with a rejected submission. Says nothing about who made or showed it, and outlives the picture.
        """CREATE TABLE rejected_pictures (
            sha256 $text NOT NULL,
            submission_id $text NOT NULL,
            reason_code $text NOT NULL,
            at $text NOT NULL,
            looks $text NOT NULL,
            PRIMARY KEY (sha256, submission_id)
        )""",
        "CREATE INDEX rejected_pictures_by_time ON rejected_pictures (at)",
    ),
)

CLAIMS = Migration(
    "0010_claims",
    (
        # Whose claim it is, and until when. Claims from before last minutes: they may be missing here.
        "ALTER TABLE submissions ADD COLUMN claimed_by $text",
        "ALTER TABLE submissions ADD COLUMN claimed_until $text",
        "CREATE INDEX submissions_claimed ON submissions (claimed_by, claimed_until) WHERE claimed_by IS NOT NULL",
    ),
)

ERASING = Migration(
    "0011_erasing",
    (
        # Of an event whose words or names were erased: the hash of what stood there, so that the chain still holds.
        "ALTER TABLE events ADD COLUMN content $text",
        "ALTER TABLE submissions ADD COLUMN erased BIGINT NOT NULL DEFAULT 0",
        "CREATE INDEX submissions_to_erase ON submissions (updated_at) WHERE erased = 0",
    ),
)

MEANINGS = Migration(
    "0012_meanings",
    (
        # What a saying means, packed (signals/meaning.py): four bytes for the weights that made it, then 128.
        "ALTER TABLE sayings ADD COLUMN vector $blob",
    ),
)


USED_PICTURES = Migration(
    "0013_used_pictures",
    (
        # 1: some draft names it. What nobody has named for a while is forgotten; what was there before stays.
        "ALTER TABLE pictures ADD COLUMN used BIGINT NOT NULL DEFAULT 1",
        "CREATE INDEX pictures_unused ON pictures (used, kept_at)",
    ),
)

AGEING = Migration(
    "0014_ageing",
    (
        # 1: delivered so long ago that its words were taken out.
        "ALTER TABLE deliveries ADD COLUMN bare BIGINT NOT NULL DEFAULT 0",
        "CREATE INDEX deliveries_ended ON deliveries (ended_at) WHERE state = 'delivered' AND bare = 0",
        "CREATE INDEX idempotency_by_time ON idempotency (at)",
    ),
)

TRACES = Migration(
    "0015_traces",
    (
        # Each check looks at what is left of the bot's last replies: all of that is in the index now, and no longer in
        # as many places of the file as there are replies.
        "CREATE INDEX replies_traces ON replies (bot, at, position, saying, marks, action)",
        "DROP INDEX replies_by_bot",
    ),
)

PICTURING = Migration(
    "0016_picturing",
    (
        # The submissions that show a picture which was looked at (pictures.PICTURING): an erasure asks whether any
        # other one shows it, and need not read them all.
        """CREATE INDEX submissions_picturing ON submissions (id)
            WHERE erased = 0 AND replace(body, '"sha256":"', '') <> body""",
    ),
)

MIGRATIONS = (
    FIRST,
    BOTS,
    PAGES,
    LIMITS,
    TEMPLATES,
    OUTCOMES,
    DRILLS,
    INCIDENTS,
    MEDIA,
    CLAIMS,
    ERASING,
    MEANINGS,
    USED_PICTURES,
    AGEING,
    TRACES,
    PICTURING,
)


def refuse_newer(applied: Collection[str]) -> None:
    """Raises StoreError when `applied` names migrations that this program does not know."""
    unknown = sorted(set(applied) - {migration.name for migration in MIGRATIONS})
    if unknown:
        names = ", ".join(unknown)
        raise StoreError(
            Message(
                f"This database was written by a newer Review Gate (it has {names}): install that version, or "
                "restore a backup from before the upgrade. Nothing was changed.",
                f"Cette base a été écrite par une version plus récente de Review Gate (elle contient {names}) : "
                "installez cette version ou restaurez une sauvegarde antérieure. Rien n'a été modifié.",
            )
        )
