//! The mapping, the connections, and the apps as they are now.

use daicho_core::connections::AppConnection;
use serde_json::Value;

use super::contract::{
    AppAddress, AppState, Configuration, DeletionsAnswered, DeletionsRequest, Done, Nothing, PutMapping,
    Resume, Stored, Waive,
};
use super::{Caller, Refusal, home, place};
use crate::config::{self, Precondition};
use crate::delivery::{self, DeletionsAnswer};
use crate::error::EngineError;
use crate::kintone::{AppForm, cached};
use crate::port::World;
use crate::secret;
use crate::tenant::Tenant;

impl<W: World> Tenant<W> {
    pub(super) fn ui_configuration(&self, _: Nothing, caller: &Caller) -> Result<Configuration, Refusal> {
        let (mapping, connections) = (self.mapping()?, self.connections()?);
        let active = self.active();
        let apps = match config::connections(&self.world)? {
            Some(connections) => connections
                .apps
                .iter()
                .map(|(alias, app)| self.app_state(alias, app))
                .collect::<Result<_, _>>()?,
            None => Vec::new(),
        };
        let stripe_key = match config::connections(&self.world)? {
            Some(connections) => secret::exists(&self.world, &connections.stripe_key_ref)?,
            None => secret::exists(&self.world, super::connect::STRIPE_KEY)?,
        };
        Ok(Configuration {
            mapping: mapping.as_ref().and_then(|stored| serde_json::from_str(&stored.body).ok()),
            mapping_etag: mapping.map(|stored| stored.etag),
            connections_etag: connections.map(|stored| stored.etag),
            apps,
            targets: match active.as_deref() {
                Some(active) => self.ui_targets(active, &self.status()?)?,
                None => Vec::new(),
            },
            drift: active.as_deref().map_or(Ok(Vec::new()), |active| self.drift(active))?,
            stripe_key,
            may_change: caller.may_change(),
        })
    }

    fn app_state(&self, alias: &str, app: &AppConnection) -> Result<AppState, EngineError> {
        let mut has_tokens = true;
        for name in &app.token_refs {
            has_tokens &= secret::exists(&self.world, name)?;
        }
        let form = self.cached_form(app)?;
        Ok(AppState {
            alias: alias.to_owned(),
            address: AppAddress {
                domain: app.domain.clone(),
                app: app.app.0,
                guest_space: app.guest_space.map(|space| space.0),
            },
            url: place::app_url(&self.settings, app),
            token: has_tokens && !app.token_refs.is_empty(),
            form: form.as_ref().map(form_json),
            settings: form.and_then(|form| serde_json::from_str(&form.settings?).ok()),
        })
    }

    pub(super) fn cached_form(&self, app: &AppConnection) -> Result<Option<AppForm>, EngineError> {
        match app.address(&self.settings.dev_hosts) {
            Ok(address) => cached(&self.world, &address),
            Err(_) => Ok(None),
        }
    }

    pub(super) async fn ui_put_mapping(&self, put: PutMapping, caller: &Caller) -> Result<Stored, Refusal> {
        let stored =
            self.put_mapping(put.mapping.to_string().as_bytes(), &replaces(put.etag), &caller.user).await?;
        Ok(Stored { etag: stored.etag, issues: stored.issues })
    }

    pub(super) async fn ui_waive(&self, waive: Waive, caller: &Caller) -> Result<Done, Refusal> {
        self.waive(&waive.target, &waive.app_name, &caller.user).await?;
        Ok(Done {})
    }

    pub(super) fn ui_resume(&self, asked: &Resume) -> Result<Done, Refusal> {
        if self.resume(&asked.target)? { Ok(Done {}) } else { Err(Refusal::not_paused()) }
    }

    /// What is let go on is as much as the person was shown, and no more: nothing brings it back.
    pub(super) fn ui_deletions(&self, asked: &DeletionsRequest) -> Result<DeletionsAnswered, Refusal> {
        let answer = if asked.delete { DeletionsAnswer::Approve } else { DeletionsAnswer::Drop };
        if let (true, Some(active)) = (asked.delete, self.active()) {
            let now = self.world.now();
            let held = delivery::held_deletions(&self.world, &active, &asked.target, now)?;
            let waiting = held.map(|(held, _)| home::count(held.waiting));
            if waiting.is_some() && waiting != asked.waiting {
                return Err(Refusal::deletions_changed());
            }
        }
        let records = self.answer_deletions(&asked.target, answer)?;
        Ok(DeletionsAnswered { records: u64::try_from(records).unwrap_or_default() })
    }
}

/// A form as kintone's `GET /k/v1/app/form/fields.json` answers it.
pub(super) fn form_json(form: &AppForm) -> Value {
    serde_json::to_value(&form.form).unwrap_or_default()
}

/// The document that a put replaces: the one with this ETag, or none.
pub(super) fn replaces(etag: Option<String>) -> Precondition {
    etag.map_or(Precondition::IfNoneMatch, Precondition::IfMatch)
}
