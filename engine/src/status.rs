//! How a tenant stands, in counts, codes and times: nothing that Stripe's or kintone's objects hold.

use std::collections::BTreeMap;

use daicho_core::stripe::PINNED_VERSION;
use daicho_core::validation::Text;
use serde::Serialize;

use crate::binding::{self, Binding, Reason, State};
use crate::config;
use crate::error::EngineError;
use crate::gap_check::GapCheck;
use crate::job;
use crate::kintone;
use crate::port::{Millis, Query, SqlError};
use crate::secret::Sealing;
use crate::settings::Settings;
use crate::store::meta;

mod limits;

pub use limits::{Domain, Requests};

/// How a tenant stands. Times are milliseconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Status {
    /// `acct_…:live` or `acct_…:test`.
    pub tenant: String,
    /// Whether both documents are stored, and this version can use them.
    pub configured: bool,
    /// What is missing or has to be done before events are worked off; `None` when nothing.
    pub notice: Option<Text>,
    /// Stored events.
    pub inbox: Inbox,
    /// Objects to be read from Stripe, and the last error of one.
    pub reads: Reads,
    /// Records to be projected and compared.
    pub dirty: i64,
    /// Records written after a lost request that may take effect yet: they are read again.
    pub rereads: i64,
    /// Write requests under way.
    pub in_flight: i64,
    /// Records that kintone is known to hold.
    pub written: i64,
    /// What will not succeed by itself.
    pub failed: i64,
    /// Each target by its name.
    pub targets: BTreeMap<String, Target>,
    /// The last event that was stored.
    pub last_event: Option<LastEvent>,
    /// Whether the last snapshot event came in the pinned API version; `None` before the first.
    pub endpoint_pinned: Option<bool>,
    /// How the hourly comparison with Stripe's list of events stands; `None` before the configuration.
    pub gap_check: Option<GapCheck>,
    /// Under which keys the secrets are sealed.
    pub sealing: Sealing,
    /// kintone requests since the last 09:00 in Japan, by app (`domain/guest space or -/app`).
    pub requests_today: BTreeMap<String, i64>,
    /// How the apps of the targets stand with their requests of today, by the same names.
    pub requests: BTreeMap<String, Requests>,
    /// Domains of kintone that do not answer, and are left alone.
    pub domains: BTreeMap<String, Domain>,
    /// Work over all objects, by its name (`backfill`), as it stood last.
    pub jobs: BTreeMap<&'static str, job::Summary>,
    /// When something is to be done next; `None` when nothing is until an event comes.
    pub next: Option<Millis>,
}

/// Stored events by what became of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Inbox {
    /// Not yet observed.
    pub waiting: i64,
    /// Of a type that nothing uses. To count them every event that is kept is looked at, so that this is
    /// known only where somebody asks for it once, never where it is asked for again and again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ignored: Option<i64>,
    /// Given up after three attempts.
    pub dead: i64,
    /// How many may wait while the tenant is not configured; then Stripe is told to keep them.
    pub cap: usize,
}

/// Objects to be read from Stripe.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Reads {
    /// How many.
    pub waiting: i64,
    /// The code of an error that one met.
    pub last_error: Option<String>,
}

/// How a target stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Target {
    /// `unchecked`, `held`, `active` or `paused`.
    pub state: &'static str,
    /// Why it is not written to, as a code.
    pub reason: Option<&'static str>,
    /// What to do about it.
    pub text: Option<Text>,
    /// Records that were in the app when the target was bound.
    pub found: Option<i64>,
    /// Who let it be written to although there were records.
    pub waived_by: Option<String>,
    /// Records to be projected and compared.
    pub dirty: i64,
    /// Records that kintone is known to hold.
    pub written: i64,
    /// Objects that the condition leaves out.
    pub left_out: i64,
    /// Records that will not succeed by themselves.
    pub failed: i64,
    /// Failures of the app in a row.
    pub attempts: i64,
    /// Nothing is sent to the app before; `None` when nothing stands in the way.
    pub retry_at: Option<Millis>,
    /// The code of an error that a record met which is tried again.
    pub last_error: Option<String>,
}

/// The last event that was stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LastEvent {
    /// Its id.
    pub id: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// When Stripe made it, in Unix seconds.
    pub created: i64,
    /// When it arrived.
    pub received: Millis,
    /// The API version of the last snapshot event.
    pub api_version: Option<String>,
}

/// A record that is only read again, and not yet: `?1` is now. It was written.
pub(crate) const REREAD: &str = "unknown > 0 AND attempts = 0 AND not_before > ?1 AND EXISTS
    (SELECT 1 FROM late_request l WHERE l.target = dirty.target AND l.object_id = dirty.object_id)";

impl Status {
    /// Reads a tenant's status. `next` is when something is to be done next; `configured`, whether the stored documents are in
    /// use.
    ///
    /// # Errors
    /// SQLite's refusal, or a row that cannot be read.
    pub fn read(
        sql: &(impl Query + ?Sized),
        settings: &Settings,
        now: Millis,
        next: Option<Millis>,
        configured: bool,
    ) -> Result<Self, EngineError> {
        let documents = if configured { Documents::default() } else { Documents::not_in_use(sql)? };
        let inbox = inbox(sql, settings)?;
        let rereads = count(sql, &format!("SELECT count(*) FROM dirty WHERE {REREAD}"), &[now.into()])?;
        let version = meta::get(sql, "event_api_version")?;
        let bindings = binding::all(sql)?;
        let connections = config::connections(sql)?;
        let requests = limits::requests(sql, &bindings, connections.as_ref(), now)?;
        let targets = bindings.into_iter().map(|binding| {
            let target = Target::read(sql, &binding, now)?;
            Ok((binding.target, target))
        });
        Ok(Self {
            tenant: settings.name.to_string(),
            configured,
            notice: documents.notice(&inbox),
            inbox,
            reads: Reads {
                waiting: count(sql, "SELECT count(*) FROM read", &[])?,
                last_error: optional_text(sql, "SELECT max(last_error) FROM read", &[])?,
            },
            dirty: count(sql, "SELECT count(*) FROM dirty", &[])? - rereads,
            rereads,
            in_flight: count(sql, "SELECT count(*) FROM in_flight", &[])?,
            written: count(sql, "SELECT count(*) FROM record WHERE record_id IS NOT NULL", &[])?,
            failed: count(sql, "SELECT count(*) FROM dead_letter", &[])?,
            targets: targets.collect::<Result<_, EngineError>>()?,
            endpoint_pinned: version.as_deref().map(|version| version == PINNED_VERSION),
            last_event: last_event(sql, version)?,
            gap_check: GapCheck::read(sql)?,
            sealing: Sealing::read(sql, &settings.sealing)?,
            requests_today: kintone::today(sql, now)?.into_iter().collect(),
            requests,
            domains: limits::domains(sql)?,
            jobs: job::summaries(sql)?,
            next,
        })
    }
}

impl Inbox {
    /// Counts those that nothing uses, too.
    pub(crate) fn count_ignored(&mut self, sql: &(impl Query + ?Sized)) -> Result<(), SqlError> {
        self.ignored = Some(count(sql, "SELECT count(*) FROM inbox WHERE status = 'ignored'", &[])?);
        Ok(())
    }
}

impl Target {
    fn read(sql: &(impl Query + ?Sized), binding: &Binding, now: Millis) -> Result<Self, SqlError> {
        let of = [binding.target.as_str().into()];
        let written = "SELECT count(*) FROM record WHERE target = ?1 AND record_id IS NOT NULL";
        let failed = "SELECT count(*) FROM dead_letter WHERE kind = 'record' AND target = ?1";
        let left_out = "SELECT count(*) FROM left_out WHERE target = ?1";
        let dirty = format!("SELECT count(*) FROM dirty WHERE target = ?2 AND NOT ({REREAD})");
        let waits = binding.state != State::Held && (1..binding::NEVER).contains(&binding.not_before);
        let retrying = (binding.state == State::Active && binding.attempts > 0).then_some(Reason::Retrying);
        let reason = binding.reason.or(retrying);
        Ok(Self {
            state: binding.state.as_str(),
            reason: reason.map(Reason::code),
            text: binding.text().or_else(|| retrying.map(Reason::text)),
            found: binding.found,
            waived_by: binding.waived_by.clone(),
            dirty: count(sql, &dirty, &[now.into(), binding.target.as_str().into()])?,
            written: count(sql, written, &of)?,
            left_out: count(sql, left_out, &of)?,
            failed: count(sql, failed, &of)?,
            attempts: binding.attempts,
            retry_at: waits.then_some(binding.not_before),
            last_error: optional_text(sql, "SELECT max(last_error) FROM dirty WHERE target = ?1", &of)?,
        })
    }
}

/// The documents without which events are only kept.
#[derive(Default)]
struct Documents {
    missing: Vec<&'static str>,
    /// Stored by another version.
    unreadable: Vec<&'static str>,
}

impl Documents {
    /// What there is of them where they cannot be used together.
    fn not_in_use(sql: &(impl Query + ?Sized)) -> Result<Self, EngineError> {
        let readable = [
            (config::MAPPING, config::mapping(sql)?.is_some()),
            (config::CONNECTIONS, config::connections(sql)?.is_some()),
        ];
        let mut documents = Self::default();
        for (name, _) in readable.into_iter().filter(|(_, is_readable)| !is_readable) {
            match config::get(sql, name)? {
                None => documents.missing.push(name),
                Some(_) => documents.unreadable.push(name),
            }
        }
        if documents.missing.is_empty() && documents.unreadable.is_empty() {
            // It can be read, and this version cannot use it.
            documents.unreadable.push(config::MAPPING);
        }
        Ok(documents)
    }

    fn notice(&self, inbox: &Inbox) -> Option<Text> {
        let (ja, en) = match (self.missing.join(", "), self.unreadable.join(", ")) {
            (missing, unreadable) if missing.is_empty() && unreadable.is_empty() => return None,
            (missing, unreadable) if unreadable.is_empty() => (
                format!("設定（{missing}）が登録されていません。「daicho push」で登録してください。"),
                format!("Not configured ({missing}). Put it with `daicho push`."),
            ),
            (_, unreadable) => (
                format!(
                    "登録されている設定（{unreadable}）を、このバージョンのDaichoは読み取れません。「daicho push」で登録し直すか、Daichoを更新してください。"
                ),
                format!(
                    "This version of Daicho cannot read what is stored ({unreadable}). Put it anew with `daicho push`, or update Daicho."
                ),
            ),
        };
        let full = usize::try_from(inbox.waiting).is_ok_and(|waiting| waiting >= inbox.cap);
        let (kept_ja, kept_en) = if full {
            (
                "預かれるイベント数の上限に達したため、これ以降はStripeに再送を任せています。",
                " The cap on kept events is reached: Stripe is told to send further ones again later.",
            )
        } else {
            ("それまでのイベントは預かっておきます。", " Events are kept until then.")
        };
        Some(Text { ja: ja + kept_ja, en: en + kept_en })
    }
}

/// Spelt out, so that the partial index is used.
const WAITING: &str = "SELECT count(*) FROM inbox WHERE status = 'waiting'";
/// Their letters are few, and stand as long as they are dead.
const DEAD: &str = "SELECT count(*) FROM dead_letter WHERE kind = 'event' AND event_id <> ''";

fn inbox(sql: &(impl Query + ?Sized), settings: &Settings) -> Result<Inbox, SqlError> {
    Ok(Inbox {
        waiting: count(sql, WAITING, &[])?,
        ignored: None,
        dead: count(sql, DEAD, &[])?,
        cap: settings.waiting_cap,
    })
}

const LAST_EVENT: &str = "SELECT event_id, type, created_s, received FROM inbox ORDER BY seq DESC LIMIT 1";

fn last_event(
    sql: &(impl Query + ?Sized),
    api_version: Option<String>,
) -> Result<Option<LastEvent>, SqlError> {
    let rows = sql.query(LAST_EVENT, &[])?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    Ok(Some(LastEvent {
        id: row.text(0)?.to_owned(),
        kind: row.text(1)?.to_owned(),
        created: row.integer(2)?,
        received: row.integer(3)?,
        api_version,
    }))
}

fn count(
    sql: &(impl Query + ?Sized),
    text: &str,
    parameters: &[crate::port::Value],
) -> Result<i64, SqlError> {
    sql.query(text, parameters)?.first().map_or(Ok(0), |row| row.integer(0))
}

fn optional_text(
    sql: &(impl Query + ?Sized),
    text: &str,
    parameters: &[crate::port::Value],
) -> Result<Option<String>, SqlError> {
    let rows = sql.query(text, parameters)?;
    rows.first().map_or(Ok(None), |row| Ok(row.optional_text(0)?.map(str::to_owned)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_world::TestWorld;

    #[test]
    fn what_a_view_asks_for_again_and_again_looks_at_no_event_that_is_done_with() {
        let world = TestWorld::new();
        for text in [WAITING, DEAD, LAST_EVENT] {
            let plan = world.query(&format!("EXPLAIN QUERY PLAN {text}"), &[]).unwrap();
            let plan: Vec<&str> = plan.iter().map(|step| step.text(3).unwrap()).collect();
            let of_inbox = plan.iter().filter(|step| step.contains("inbox"));
            let is_bounded = |step: &&&str| step.contains("inbox_waiting") || text.ends_with("LIMIT 1");
            assert!(of_inbox.clone().all(|step| is_bounded(&step)), "{text}: {plan:?}");
        }
    }
}
