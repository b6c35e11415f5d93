//! The rows of `job`.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::EngineError;
use crate::port::{Millis, Query, SqlError, Statements};

/// Which job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Name {
    /// Brings in what there was before Daicho.
    Backfill,
    /// Tells what a backfill would write.
    DryRun,
    /// Compares all of Stripe's objects and kintone's records with what is known of them.
    Reconcile,
}

impl Name {
    /// Every job.
    pub(super) const ALL: [Self; 3] = [Self::Backfill, Self::DryRun, Self::Reconcile];

    /// As it is stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Backfill => "backfill",
            Self::DryRun => "dry_run",
            Self::Reconcile => "reconcile",
        }
    }

    fn parse(text: &str) -> Result<Self, EngineError> {
        Self::ALL.into_iter().find(|name| name.as_str() == text).ok_or(STORED)
    }
}

/// How a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It goes on by itself.
    Running,
    /// It came to its end.
    Done,
    /// A person ended it.
    Cancelled,
    /// It cannot go on; a person has to set something right and start it again.
    Failed,
}

impl State {
    /// As it is stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }

    fn parse(text: &str) -> Result<Self, EngineError> {
        let all = [Self::Running, Self::Done, Self::Cancelled, Self::Failed];
        all.into_iter().find(|state| state.as_str() == text).ok_or(STORED)
    }
}

const STORED: EngineError = EngineError::Stored { what: "job" };

/// The last run of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) name: Name,
    pub(super) run: i64,
    pub(super) state: State,
    body: String,
    pub(super) attempts: i64,
    pub(super) not_before: Millis,
    pub(super) last_error: Option<String>,
    pub(super) begun: Millis,
    pub(super) updated: Millis,
}

const COLUMNS: &str = "name, run, state, body, attempts, not_before, last_error, begun, updated";

fn from_row(row: &crate::port::Row) -> Result<Row, EngineError> {
    Ok(Row {
        name: Name::parse(row.text(0)?)?,
        run: row.integer(1)?,
        state: State::parse(row.text(2)?)?,
        body: row.text(3)?.to_owned(),
        attempts: row.integer(4)?,
        not_before: row.integer(5)?,
        last_error: row.optional_text(6)?.map(str::to_owned),
        begun: row.integer(7)?,
        updated: row.integer(8)?,
    })
}

impl Row {
    /// Where the job stands and what it found.
    pub(super) fn body<T: DeserializeOwned>(&self) -> Result<T, EngineError> {
        serde_json::from_str(&self.body).map_err(|_| STORED)
    }

    /// Whether this run still goes on.
    pub(super) fn is_current(&self, tx: &dyn Statements) -> Result<bool, SqlError> {
        let sql = "SELECT 1 FROM job WHERE name = ?1 AND run = ?2 AND state = 'running'";
        Ok(!tx.exec(sql, &[self.name.as_str().into(), self.run.into()])?.is_empty())
    }

    /// A step was done.
    pub(super) fn keep(
        &self,
        tx: &dyn Statements,
        body: &impl Serialize,
        now: Millis,
    ) -> Result<(), EngineError> {
        self.settle(tx, State::Running, body, None, now)
    }

    /// A step was done after which the run stands so; `code` says why where it failed.
    pub(super) fn settle(
        &self,
        tx: &dyn Statements,
        state: State,
        body: &impl Serialize,
        code: Option<&str>,
        now: Millis,
    ) -> Result<(), EngineError> {
        let body = serde_json::to_string(body).map_err(|_| STORED)?;
        let sql = "UPDATE job SET state = ?3, body = ?4, attempts = 0, not_before = 0, last_error = ?5,
                     updated = ?6
                   WHERE name = ?1 AND run = ?2 AND state = 'running'";
        let parameters = [
            self.name.as_str().into(),
            self.run.into(),
            state.as_str().into(),
            body.into(),
            code.into(),
            now.into(),
        ];
        Ok(tx.exec(sql, &parameters).map(drop)?)
    }

    /// The next step is not before `until`; nothing failed.
    pub(super) fn wait(&self, tx: &dyn Statements, until: Millis, now: Millis) -> Result<(), SqlError> {
        let sql = "UPDATE job SET not_before = ?3, last_error = NULL, updated = ?4
                   WHERE name = ?1 AND run = ?2 AND state = 'running'";
        let parameters = [self.name.as_str().into(), self.run.into(), until.into(), now.into()];
        tx.exec(sql, &parameters).map(drop)
    }

    /// A step failed with this code and is tried again at `not_before`.
    pub(super) fn defer(
        &self,
        tx: &dyn Statements,
        code: &str,
        not_before: Millis,
        now: Millis,
    ) -> Result<(), SqlError> {
        let sql = "UPDATE job SET attempts = attempts + 1, not_before = ?3, last_error = ?4, updated = ?5
                   WHERE name = ?1 AND run = ?2 AND state = 'running'";
        let parameters =
            [self.name.as_str().into(), self.run.into(), not_before.into(), code.into(), now.into()];
        tx.exec(sql, &parameters).map(drop)
    }
}

/// Gives a job that was just begun what was sent along, and takes the samples of the run before away.
pub(super) fn give(tx: &dyn Statements, name: Name, input: Option<&str>) -> Result<(), SqlError> {
    tx.exec("UPDATE job SET input = ?2 WHERE name = ?1", &[name.as_str().into(), input.into()])?;
    tx.exec("DELETE FROM job_sample WHERE job = ?1", &[name.as_str().into()]).map(drop)
}

/// What was sent along when the job was begun.
pub(super) fn input(sql: &(impl Query + ?Sized), name: Name) -> Result<Option<String>, SqlError> {
    let rows = sql.query("SELECT input FROM job WHERE name = ?1", &[name.as_str().into()])?;
    Ok(rows.first().map(|row| row.optional_text(0)).transpose()?.flatten().map(str::to_owned))
}

/// The last run of a job; `None` before the first.
pub(super) fn get(sql: &(impl Query + ?Sized), name: Name) -> Result<Option<Row>, EngineError> {
    let text = format!("SELECT {COLUMNS} FROM job WHERE name = ?1");
    sql.query(&text, &[name.as_str().into()])?.first().map(from_row).transpose()
}

/// The jobs that go on, those first that had their turn longest ago.
pub(super) fn running(sql: &(impl Query + ?Sized)) -> Result<Vec<Row>, EngineError> {
    let text = format!("SELECT {COLUMNS} FROM job WHERE state = 'running' ORDER BY updated, name");
    sql.query(&text, &[])?.iter().map(from_row).collect()
}

/// Begins a new run. Answers `false` where one goes on.
pub(super) fn begin(
    tx: &dyn Statements,
    name: Name,
    body: &impl Serialize,
    now: Millis,
) -> Result<bool, EngineError> {
    let body = serde_json::to_string(body).map_err(|_| STORED)?;
    let sql = "INSERT INTO job (name, run, state, body, begun, updated) VALUES (?1, 1, 'running', ?2, ?3, ?3)
               ON CONFLICT (name) DO UPDATE SET run = run + 1, state = 'running', body = excluded.body,
                 attempts = 0, not_before = 0, last_error = NULL, begun = excluded.begun,
                 updated = excluded.updated
               WHERE state <> 'running' RETURNING run";
    Ok(!tx.exec(sql, &[name.as_str().into(), body.into(), now.into()])?.is_empty())
}

/// Ends a run where it stands, on a person's word. Answers `false` where none goes on.
pub(super) fn cancel(tx: &dyn Statements, name: Name, now: Millis) -> Result<bool, SqlError> {
    let sql = "UPDATE job SET state = 'cancelled', last_error = NULL, updated = ?2
               WHERE name = ?1 AND state = 'running' RETURNING run";
    Ok(!tx.exec(sql, &[name.as_str().into(), now.into()])?.is_empty())
}

/// A run that goes on ends where it stands, for what the code says.
pub(crate) fn give_up(tx: &dyn Statements, name: &str, code: &str, now: Millis) -> Result<(), SqlError> {
    let sql = "UPDATE job SET state = 'failed', last_error = ?2, updated = ?3
               WHERE name = ?1 AND state = 'running'";
    tx.exec(sql, &[name.into(), code.into(), now.into()]).map(drop)
}

/// What a job waited for may have been set right: it goes on at once.
pub(crate) fn retry_all(tx: &dyn Statements) -> Result<(), SqlError> {
    tx.exec("UPDATE job SET attempts = 0, not_before = 0 WHERE not_before > 0", &[]).map(drop)
}
