//! A local kintone: apps, forms, records, API tokens, as a pure state machine.
//!
//! It answers the REST API's record and form routes as the real service does wherever Daicho or
//! the official JavaScript client touch it. Behaviour comes from Cybozu's documentation and from
//! captures that others made of the real service; what neither settles is a switch in
//! [`Behaviour`]. One [`Kintone`] is one domain.
//!
//! A request goes [`params`] → [`routes`] → [`write`] (values, lookups, required, unique) →
//! [`transaction`], which undoes everything if any part was refused.

mod app;
mod behaviour;
mod catalogue;
mod counters;
mod cursor;
mod decimal;
mod directory;
mod failure;
mod field_type;
mod form;
mod form_properties;
mod instant;
mod lookup;
mod message;
mod params;
mod query;
mod record_json;
mod routes;
mod store;
mod token;
mod transaction;
mod value;
mod write;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::{Millis, Request, Response};

use app::App;
use cursor::Cursors;
use form::Form;
use record_json::record_json;
use token::{Access, Token};
use transaction::Transaction;
use write::{Batch, Write};

pub use app::{NewApp, NumberPrecision};
pub use behaviour::{Behaviour, Language};
pub use counters::Counters;
pub use decimal::RoundingMode;
pub use directory::{Directory, Entity};
pub use failure::{Failure, FieldErrors};
pub use message::Message;
pub use token::{Permission, Permissions};
pub use transaction::{Commit, Operation};

/// One kintone domain.
#[derive(Debug, Clone, Default)]
pub struct Kintone {
    apps: BTreeMap<u64, App>,
    tokens: Vec<Token>,
    directory: Directory,
    behaviour: Behaviour,
    counters: Counters,
    cursors: Cursors,
    history: Vec<Commit>,
    last_row: u64,
    answers: u64,
}

impl Kintone {
    /// A domain without apps.
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers one API request made at `now`; paths `/k/v1/…` and `/k/guest/{space}/v1/…`.
    pub fn handle(&mut self, now: Millis, request: &Request) -> Response {
        routes::answer(self, now, request)
    }

    /// Makes an app and gives its id.
    pub fn create_app(&mut self, new: NewApp) -> u64 {
        let next = self.apps.keys().next_back().map_or(1, |last| last + 1);
        let free = |id: &u64| *id > 0 && !self.apps.contains_key(id);
        let id = new.id.filter(free).unwrap_or(next);
        self.apps.insert(id, App::new(id, new));
        id
    }

    /// Someone edits the form: the revision goes up; values of fields that are gone, or have
    /// another type now, are lost. Does nothing for an unknown app.
    pub fn set_properties(&mut self, app: u64, properties: Map<String, Value>) {
        let Some(app) = self.apps.get_mut(&app) else {
            return;
        };
        let form = Form::new(properties, app.form.revision + 1);
        let type_of = |form: &Form, code: &str| form.field(code).map(|field| field.field_type);
        let kept = |code: &str| type_of(&form, code) == type_of(&app.form, code);
        app.store.adapt(&form, |values| values.retain(|code, _| kept(code)));
        app.form = form;
    }

    /// Someone gives a field another code; its values stay. Does nothing if there is no such field.
    pub fn rename_field(&mut self, app: u64, from: &str, to: &str) {
        let Some(app) = self.apps.get_mut(&app) else {
            return;
        };
        let renamed = app.form.properties.iter().map(|(code, property)| {
            let mut property = property.clone();
            if code != from {
                return (code.clone(), property);
            }
            property["code"] = json!(to);
            (to.to_owned(), property)
        });
        let form = Form::new(renamed.collect(), app.form.revision + 1);
        app.store.adapt(&form, |values| {
            if let Some(value) = values.remove(from) {
                values.insert(to.to_owned(), value);
            }
        });
        app.form = form;
    }

    /// Adds an API token to an app, or changes it. A token that is not `active` was generated, but
    /// the app was not updated since: it answers like an unknown one.
    pub fn add_token(&mut self, app: u64, token: &str, permissions: Permissions, active: bool) {
        self.tokens.retain(|known| known.text != token);
        self.tokens.push(Token { text: token.to_owned(), app, permissions, active });
    }

    /// Removes an API token.
    pub fn remove_token(&mut self, token: &str) {
        self.tokens.retain(|known| known.text != token);
    }

    /// A person adds a record in the browser; `fields` as in the API's `record`. Gives its id.
    ///
    /// # Errors
    /// What the API would answer.
    pub fn add_record(&mut self, now: Millis, app: u64, fields: &Value) -> Result<u64, Failure> {
        self.by_hand(now, app, None, fields).map(|(id, _)| id)
    }

    /// A person edits a record in the browser. Gives the new revision.
    ///
    /// # Errors
    /// What the API would answer.
    pub fn edit_record(&mut self, now: Millis, app: u64, id: u64, fields: &Value) -> Result<u64, Failure> {
        self.by_hand(now, app, Some(id), fields).map(|(_, revision)| revision)
    }

    /// A person deletes a record in the browser.
    ///
    /// # Errors
    /// `GAIA_RE01` if there is no such record, `GAIA_AP01` if there is no such app.
    pub fn delete_record(&mut self, now: Millis, app: u64, id: u64) -> Result<(), Failure> {
        self.app(app)?;
        let mut transaction = Transaction::default();
        self.delete(&mut transaction, now, app, id, None)?;
        self.commit(transaction);
        Ok(())
    }

    fn by_hand(
        &mut self,
        now: Millis,
        app: u64,
        id: Option<u64>,
        fields: &Value,
    ) -> Result<(u64, u64), Failure> {
        let before = id.map(|id| self.app(app)?.record(id)).transpose()?;
        let given = fields.as_object().ok_or_else(|| Failure::new("CB_IJ01", []))?;
        let access = Access::Person;
        let write = Write { now, access: &access, app, actor: self.directory.person() };
        let mut transaction = Transaction::default();
        let mut batch = Batch::default();
        let written = self.write(&mut transaction, &write, before.as_deref(), given, "record", &mut batch);
        match (batch.finish(), written) {
            (Ok(()), Some(written)) => {
                self.commit(transaction);
                Ok(written)
            }
            (refused, _) => {
                self.roll_back(transaction);
                Err(refused.err().unwrap_or_else(|| Failure::new("CB_VA01", [])))
            }
        }
    }

    /// Every app with its form and records, as the API shows them.
    pub fn snapshot(&self) -> Value {
        let apps = self.apps.values().map(|app| {
            let mut snapshot = json!({"name": app.name, "code": app.code, "guest_space": app.guest_space});
            snapshot["properties"] = app.form.properties.clone().into();
            snapshot["records"] = self.records(app.id).collect();
            (app.id.to_string(), snapshot)
        });
        json!({"apps": apps.collect::<Map<_, _>>()})
    }

    /// An app's records, as the API shows them; none of an unknown app.
    pub fn records(&self, app: u64) -> impl Iterator<Item = Value> {
        let app = self.apps.get(&app).into_iter();
        app.flat_map(|app| app.store.all().map(move |record| record_json(app, record, None)))
    }

    /// An app's fields by their codes, as the API shows them; `None` for an unknown app.
    pub fn properties(&self, app: u64) -> Option<&Map<String, Value>> {
        self.apps.get(&app).map(|app| &app.form.properties)
    }

    /// Each record state that was committed, in order.
    pub fn history(&self) -> &[Commit] {
        &self.history
    }

    /// API requests so far.
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// The switches for what is not known of the real service.
    pub fn behaviour(&mut self) -> &mut Behaviour {
        &mut self.behaviour
    }

    /// The users, departments and groups that records may name.
    pub fn directory(&mut self) -> &mut Directory {
        &mut self.directory
    }

    fn app(&self, id: u64) -> Result<&App, Failure> {
        self.apps.get(&id).ok_or_else(|| Failure::new("GAIA_AP01", [&id.to_string()]))
    }
}

#[cfg(test)]
mod tests;
