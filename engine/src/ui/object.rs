//! One of Stripe's objects, its records, and what belongs to it.

use daicho_core::mapping::CompiledTarget;
use daicho_core::stripe::Kind;
use daicho_core::validation::Text;
use serde_json::Value;

use super::contract::{
    Happening, ObjectKind, ObjectLine, ObjectRequest, ObjectState, Standing, Sync, Synced,
};
use super::stored::Stored;
use super::{Refusal, place};
use crate::binding::{self, State};
use crate::config::Active;
use crate::delivery;
use crate::error::EngineError;
use crate::names;
use crate::object;
use crate::port::{Query as _, World};
use crate::stripe::request;
use crate::tenant::Tenant;

/// A customer's subscriptions and invoices that are listed.
const CHILDREN: usize = 20;
/// Happenings that are listed.
const HAPPENED: i64 = 10;

impl From<ObjectKind> for Kind {
    fn from(kind: ObjectKind) -> Self {
        match kind {
            ObjectKind::Customer => Self::Customer,
            ObjectKind::Subscription => Self::Subscription,
            ObjectKind::Invoice => Self::Invoice,
        }
    }
}

/// What of a customer has records: of other kinds only those are known that something looks at.
fn child_kinds(active: &Active) -> Vec<ObjectKind> {
    let kinds = [ObjectKind::Subscription, ObjectKind::Invoice].into_iter();
    kinds.filter(|kind| active.targets_of(&Kind::from(*kind)).next().is_some()).collect()
}

impl<W: World> Tenant<W> {
    pub(super) async fn ui_object(&self, asked: ObjectRequest) -> Result<ObjectState, Refusal> {
        let active = self.configured()?;
        let kind = Kind::from(asked.kind);
        let mut records = Vec::new();
        for name in active.targets_of(&kind) {
            if let Some(target) = active.target(name) {
                records.push(self.record_state(&active, target, &asked.id).await?);
            }
        }
        let (children, more_children) = match asked.kind {
            ObjectKind::Customer => self.children(&active, &asked.id)?,
            _ => (Vec::new(), false),
        };
        let child_kinds = match asked.kind {
            ObjectKind::Customer => child_kinds(&active),
            _ => Vec::new(),
        };
        let standing = records.iter().map(|record| record.standing).max().unwrap_or(Standing::NotLinked);
        let happened = self.happened(&active, &asked.id)?;
        Ok(ObjectState { standing, records, child_kinds, children, more_children, happened })
    }

    /// The newest of a customer's subscriptions and invoices that are known.
    fn children(&self, active: &Active, customer: &str) -> Result<(Vec<ObjectLine>, bool), EngineError> {
        let sql = "SELECT id, kind, json FROM object
                   WHERE customer = ?1 AND kind IN (SELECT value FROM json_each(?3)) AND deleted = 0
                   ORDER BY json ->> 'created' DESC, id LIMIT ?2";
        let kinds = child_kinds(active).into_iter().map(|kind| Kind::from(kind).as_str().to_owned());
        let kinds = Value::from_iter(kinds).to_string();
        let bound = i64::try_from(CHILDREN).unwrap_or(i64::MAX >> 11) + 1;
        let mut lines = Vec::new();
        for row in self.world.query(sql, &[customer.into(), bound.into(), kinds.into()])? {
            let json: Value = serde_json::from_str(row.optional_text(2)?.unwrap_or("null"))
                .map_err(|_| EngineError::Stored { what: "object" })?;
            let kind = if row.text(1)? == "invoice" { ObjectKind::Invoice } else { ObjectKind::Subscription };
            lines.push(self.line(active, kind, row.text(0)?, &json)?);
        }
        let more = lines.len() > CHILDREN;
        lines.truncate(CHILDREN);
        Ok((lines, more))
    }

    fn line(
        &self,
        active: &Active,
        kind: ObjectKind,
        id: &str,
        json: &Value,
    ) -> Result<ObjectLine, EngineError> {
        let text = |name: &str| json.get(name).and_then(Value::as_str).map(str::to_owned);
        let (mut standing, mut url) = (None, None);
        for target in active.targets_of(&Kind::from(kind)).filter_map(|name| active.target(name)) {
            let stored = Stored::read(&self.world, &target.name, id, self.world.now())?;
            let state =
                binding::get(&self.world, &target.name)?.map_or(State::Active, |binding| binding.state);
            standing = standing.max(Some(stored.standing().under(state)));
            url = url.or_else(|| self.url_of(active, target, &stored));
        }
        Ok(ObjectLine {
            kind,
            id: id.to_owned(),
            name: text("number"),
            status: text("status"),
            standing: standing.unwrap_or(Standing::NotLinked),
            url,
        })
    }

    pub(super) fn url_of(&self, active: &Active, target: &CompiledTarget, stored: &Stored) -> Option<String> {
        let app = active.connection_of(target)?;
        place::record_url(&self.settings, app, stored.record_id.as_deref()?)
    }

    /// Events of the object and writes of its records, the newest first.
    fn happened(&self, active: &Active, id: &str) -> Result<Vec<Happening>, EngineError> {
        let events = "SELECT received, type FROM inbox WHERE object_id = ?1 ORDER BY seq DESC LIMIT ?2";
        let mut happened = Vec::new();
        for row in self.world.query(events, &[id.into(), HAPPENED.into()])? {
            let event = names::event(row.text(1)?);
            let text = Text {
                ja: format!("Stripeから「{}」の通知を受け取りました。", event.ja),
                en: format!("Notice from Stripe: {}.", event.en),
            };
            happened.push(Happening { at: row.integer(0)?, text });
        }
        let writes = "SELECT written, target FROM record WHERE object_id = ?1 AND written IS NOT NULL";
        for row in self.world.query(writes, &[id.into()])? {
            // By the app's name: people have not heard of targets.
            let Some(target) = active.target(row.text(1)?) else { continue };
            let text = Text {
                ja: format!("kintoneの「{}」のレコードを更新しました。", target.app),
                en: format!("The record in the kintone app {} was written.", target.app),
            };
            happened.push(Happening { at: row.integer(0)?, text });
        }
        happened.sort_by_key(|one| std::cmp::Reverse(one.at));
        happened.truncate(usize::try_from(HAPPENED).unwrap_or(usize::MAX));
        Ok(happened)
    }

    /// Reads the object from Stripe, and its records before they are written again.
    pub(super) fn ui_sync(&self, Sync { object }: &Sync) -> Result<Synced, Refusal> {
        let active = self.configured()?;
        let kind = Kind::from(object.kind);
        let targets: Vec<&str> = active.targets_of(&kind).collect();
        self.world.transaction(|tx| {
            request::ask(tx, &kind, &object.id)?;
            if object::known(tx, &object.id)?.is_some() {
                for target in &targets {
                    delivery::write_again(tx, target, &object.id)?;
                }
            }
            Ok::<_, EngineError>(())
        })?;
        self.nudge()?;
        Ok(Synced { records: u64::try_from(targets.len()).unwrap_or_default() })
    }
}
