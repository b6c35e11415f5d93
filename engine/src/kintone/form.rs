//! Forms as last read, for each app.
//!
//! A form is read when a target is configured, when it is older than an hour, and after an error
//! that hints at a change, though not again within minutes.

use daicho_core::kintone::{AppAddress, FormSchema, NumberPrecision};

use crate::error::EngineError;
use crate::port::{Millis, Query, SqlError, Statements};

/// How long a form is believed: an hour.
pub const MAX_AGE: Millis = 3_600_000;
/// After an error the form is not read again sooner than this: five minutes.
const SUSPECT_AGE: Millis = 300_000;

/// An app's form and what of its settings decides how numbers are kept.
#[derive(Debug, Clone, PartialEq)]
pub struct AppForm {
    /// The fields.
    pub form: FormSchema,
    /// `app/settings.json` as kintone gave it; `None` where it could not be read.
    pub settings: Option<String>,
    /// When it was read.
    pub read_at: Millis,
}

impl AppForm {
    /// How numbers are kept; as in a new app where the settings could not be read.
    #[must_use]
    pub fn precision(&self) -> NumberPrecision {
        NumberPrecision::from_settings(self.settings.as_deref().unwrap_or_default().as_bytes())
    }
}

/// The app as a key of tables: `domain/guest space or -/app`.
#[must_use]
pub fn address_key(app: &AppAddress) -> String {
    match app.guest_space {
        None => format!("{}/-/{}", app.domain, app.app),
        Some(space) => format!("{}/{}/{}", app.domain, space.0, app.app),
    }
}

pub(crate) fn cached(sql: &(impl Query + ?Sized), app: &AppAddress) -> Result<Option<AppForm>, EngineError> {
    let rows =
        sql.query("SELECT form, settings, read_at FROM form WHERE app = ?1", &[address_key(app).into()])?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    let form =
        FormSchema::parse(row.text(0)?.as_bytes()).map_err(|_| EngineError::Stored { what: "form" })?;
    Ok(Some(AppForm { form, settings: row.optional_text(1)?.map(str::to_owned), read_at: row.integer(2)? }))
}

pub(crate) fn keep(tx: &dyn Statements, app: &AppAddress, form: &AppForm) -> Result<(), EngineError> {
    let json = serde_json::to_string(&form.form).map_err(|_| EngineError::Stored { what: "form" })?;
    let sql = "INSERT INTO form (app, form, settings, read_at) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT (app) DO UPDATE SET form = excluded.form, settings = excluded.settings,
                 read_at = excluded.read_at";
    let parameters =
        [address_key(app).into(), json.into(), form.settings.clone().into(), form.read_at.into()];
    tx.exec(sql, &parameters)?;
    Ok(())
}

/// The form as it was when the target's mapping was stored.
pub(crate) fn mapped(sql: &(impl Query + ?Sized), target: &str) -> Result<Option<FormSchema>, EngineError> {
    let rows = sql.query("SELECT form FROM mapped_form WHERE target = ?1", &[target.into()])?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    FormSchema::parse(row.text(0)?.as_bytes()).map(Some).map_err(|_| EngineError::Stored { what: "form" })
}

/// The target's mapping was stored with its app's form as it is known now: changes are told from here on.
pub(crate) fn map_now(tx: &dyn Statements, target: &str, app: &AppAddress) -> Result<(), SqlError> {
    tx.exec("DELETE FROM mapped_form WHERE target = ?1", &[target.into()])?;
    map_first(tx, target, app)
}

/// The same, unless that is known: of a target whose form could not be read when its mapping was stored.
pub(crate) fn map_first(tx: &dyn Statements, target: &str, app: &AppAddress) -> Result<(), SqlError> {
    let sql = "INSERT INTO mapped_form (target, form) SELECT ?1, form FROM form WHERE app = ?2
               ON CONFLICT (target) DO NOTHING";
    tx.exec(sql, &[target.into(), address_key(app).into()]).map(drop)
}

/// An error hints at a changed form: it is read again before the next write, unless it is fresh.
pub(crate) fn suspect(tx: &dyn Statements, app: &AppAddress, now: Millis) -> Result<(), SqlError> {
    let sql = "UPDATE form SET read_at = ?2 WHERE app = ?1 AND read_at < ?3 AND read_at > ?2";
    let parameters = [address_key(app).into(), (now - MAX_AGE - 1).into(), (now - SUSPECT_AGE).into()];
    tx.exec(sql, &parameters).map(drop)
}

/// The form could not be read again: the old one is believed until five minutes from now.
pub(crate) fn postpone(tx: &dyn Statements, app: &AppAddress, now: Millis) -> Result<(), SqlError> {
    let sql = "UPDATE form SET read_at = ?2 WHERE app = ?1";
    tx.exec(sql, &[address_key(app).into(), (now - MAX_AGE + SUSPECT_AGE).into()]).map(drop)
}
