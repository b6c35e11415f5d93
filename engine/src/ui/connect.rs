//! Connecting a kintone app: the connection is tried at once, and stored only if it works.

use daicho_core::kintone::{AppId, GuestSpaceId, Host};
use serde_json::{Map, Value, json};

use super::configuration::{form_json, replaces};
use super::contract::{AppAddress, AppFound, Connect, Connected, TryApp};
use super::home::count;
use super::{Caller, Refusal};
use crate::binding::{self, Reason};
use crate::kintone::{Access, AppForm, Client, keep};
use crate::port::World;
use crate::secret::{self, Secret};
use crate::tenant::Tenant;

/// The name under which the Stripe key is looked for where no connections say another.
pub(super) const STRIPE_KEY: &str = "stripe_key";

fn guest_space(address: &AppAddress) -> Option<GuestSpaceId> {
    address.guest_space.map(GuestSpaceId)
}

impl<W: World> Tenant<W> {
    pub(super) async fn ui_try_app(&self, asked: TryApp) -> Result<AppFound, Refusal> {
        let token = match asked.token {
            Some(token) => Secret::new(token.trim().to_owned()),
            None => self.stored_token(&asked.alias, &asked.address)?,
        };
        self.find_app(&asked.address, token).await.map(|(found, _)| found)
    }

    pub(super) async fn ui_connect(&self, asked: Connect, caller: &Caller) -> Result<Connected, Refusal> {
        let token = match &asked.token {
            Some(token) => Secret::new(token.trim().to_owned()),
            None => self.stored_token(&asked.alias, &asked.address)?,
        };
        let (app, form) = self.find_app(&asked.address, token.clone()).await?;
        let (document, token_name) = self.connections_with(&asked)?;
        if asked.token.is_some() {
            self.put_secret(&token_name, token.expose().as_bytes())?;
        }
        let stored = self
            .put_connections(document.to_string().as_bytes(), &replaces(asked.etag), &caller.user)
            .await?;
        // A mapping is suggested from it, before any target has its app read.
        let address =
            self.host(&asked.address)?.address(AppId(asked.address.app), guest_space(&asked.address));
        self.world.transaction(|tx| keep(tx, &address, &form))?;
        Ok(Connected { etag: stored.etag, app })
    }

    fn host(&self, address: &AppAddress) -> Result<Host, Refusal> {
        Host::parse(&address.domain, &self.settings.dev_hosts)
            .map_err(|_| Refusal::of_reason(Reason::HostRefused))
    }

    /// Asks the app for all that a mapping needs to know of it.
    async fn find_app(&self, address: &AppAddress, token: Secret) -> Result<(AppFound, AppForm), Refusal> {
        let host = self.host(address)?;
        let access = Access::with_token(host, guest_space(address), AppId(address.app), token);
        let client = Client::new(&self.world, access);
        let form = match binding::read_form(&self.world, &client).await? {
            Ok(form) => form,
            Err(failure) => return Err(Refusal::of_kintone(&failure)),
        };
        let records = client.count_records().await?.map_err(|failure| Refusal::of_kintone(&failure))?;
        let found = AppFound {
            name: client.app_name().await?.ok(),
            form: form_json(&form),
            settings: form.settings.as_deref().and_then(|text| serde_json::from_str(text).ok()),
            records: count(records),
        };
        Ok((found, form))
    }

    /// The token that is stored for this app, for the domain that it was stored for: it is sent nowhere else.
    fn stored_token(&self, alias: &str, address: &AppAddress) -> Result<Secret, Refusal> {
        let active = crate::config::connections(&self.world)?;
        let missing = || Refusal::of_reason(Reason::SecretMissing);
        let app = active.as_ref().and_then(|all| all.apps.get(alias)).ok_or_else(missing)?;
        let stored_for = Host::parse(&app.domain, &self.settings.dev_hosts).ok();
        if stored_for.as_ref() != Some(&self.host(address)?) {
            return Err(token_of_other_domain());
        }
        let name = app.token_refs.first().ok_or_else(missing)?;
        Ok(secret::open(&self.world, &self.settings.sealing, &self.settings.name, name)?)
    }

    /// The connections with this app in them, and the name of its token's secret.
    fn connections_with(&self, asked: &Connect) -> Result<(Value, String), Refusal> {
        let stored = self.connections()?;
        let stored = stored.and_then(|stored| serde_json::from_str::<Value>(&stored.body).ok());
        let mut document =
            stored.unwrap_or_else(|| json!({"stripe_key_ref": STRIPE_KEY, "apps": {}, "read_roles": []}));
        let apps = document.get_mut("apps").and_then(Value::as_object_mut);
        let apps = apps.ok_or_else(Refusal::internal)?;
        let before = apps.get(&asked.alias).and_then(Value::as_object);
        let named = before.and_then(|app| Some(app.get("token_refs")?.get(0)?.as_str()?.to_owned()));
        let token_name = named.unwrap_or_else(|| token_name(asked.address.app));
        let mut app = before.cloned().unwrap_or_else(Map::new);
        app.insert("domain".to_owned(), asked.address.domain.clone().into());
        app.insert("app".to_owned(), asked.address.app.into());
        match asked.address.guest_space {
            Some(space) => app.insert("guest_space".to_owned(), space.into()),
            None => app.remove("guest_space"),
        };
        app.entry("token_refs").or_insert_with(|| json!([token_name]));
        apps.insert(asked.alias.clone(), app.into());
        Ok((document, token_name))
    }
}

/// An alias may be any text, a secret's name may not: the app's number names it.
fn token_name(app: u64) -> String {
    format!("kintone_{app}_token")
}

fn token_of_other_domain() -> Refusal {
    Refusal::new(
        422,
        "token_of_other_domain",
        "登録済みのAPIトークンは、別のドメインのものです。このドメインのアプリのAPIトークンを入力してください。",
        "The API token that is stored is of another domain. Enter the API token of this domain's app.",
    )
}
