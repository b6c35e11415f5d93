//! Connecting a kintone app: the connection is tried at once, and stored only if it works.

use daicho_core::kintone::{AppId, GuestSpaceId, Host};
use serde_json::{Value, json};

use super::configuration::{form_json, replaces};
use super::contract::{AppAddress, AppFound, Connect, Connected, TryApp};
use super::home::count;
use super::{Caller, Refusal};
use crate::binding::{self, Reason};
use crate::config::Stored;
use crate::kintone::{Access, AppForm, Client, keep};
use crate::port::{SqlError, World};
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
        let stored = match &asked.token {
            Some(_) => self.connect_with(&asked, &token, caller).await?,
            None => self.put_document(&self.connections_with(&asked, None)?, &asked, caller).await?,
        };
        // A mapping is suggested from it, before any target has its app read.
        let address =
            self.host(&asked.address)?.address(AppId(asked.address.app), guest_space(&asked.address));
        self.world.transaction(|tx| keep(tx, &address, &form))?;
        Ok(Connected { etag: stored.etag, app })
    }

    /// Seals the token and puts the connections that name it. The document is checked with the token, so a new name
    /// is sealed first; a token in place of this app's own, afterwards. So what is refused changes nothing. Of the old
    /// secrets and the new one, those that the stored document does not name then are taken away.
    async fn connect_with(
        &self,
        asked: &Connect,
        token: &Secret,
        caller: &Caller,
    ) -> Result<Stored, Refusal> {
        let before = self.document()?;
        let mut names = token_refs(&before, &asked.alias);
        let name = self.name_for_token(&before, asked)?;
        let document = self.connections_with(asked, Some(&name))?;
        let is_new = !secret::exists(&self.world, &name)?;
        if is_new {
            self.put_secret(&name, token.expose().as_bytes())?;
        }
        let stored = self.put_document(&document, asked, caller).await;
        if !is_new && stored.is_ok() {
            self.put_secret(&name, token.expose().as_bytes())?;
        }
        names.push(name);
        let now = self.document()?;
        names.retain(|name| !names_secret(&now, name));
        self.world.transaction(|tx| names.iter().try_for_each(|name| secret::remove(tx, name)))?;
        stored
    }

    async fn put_document(
        &self,
        document: &Value,
        asked: &Connect,
        caller: &Caller,
    ) -> Result<Stored, Refusal> {
        let replaces = replaces(asked.etag.clone());
        Ok(self.put_connections(document.to_string().as_bytes(), &replaces, &caller.user).await?)
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

    /// The connections as they are stored; those of a new tenant where none are.
    fn document(&self) -> Result<Value, SqlError> {
        let stored = self.connections()?.and_then(|stored| serde_json::from_str(&stored.body).ok());
        Ok(stored.unwrap_or_else(|| json!({"stripe_key_ref": STRIPE_KEY, "apps": {}, "read_roles": []})))
    }

    /// The connections with this app in them, opened by the token of this name if there is a new one.
    fn connections_with(&self, asked: &Connect, token_name: Option<&str>) -> Result<Value, Refusal> {
        let mut document = self.document()?;
        let is_same = is_app(&document, &asked.alias, &asked.address);
        let apps = document.get_mut("apps").and_then(Value::as_object_mut).ok_or_else(Refusal::internal)?;
        let mut app = apps.get(&asked.alias).and_then(Value::as_object).cloned().unwrap_or_default();
        let domain = app.insert("domain".to_owned(), asked.address.domain.clone().into());
        if !domain.is_some_and(|domain| is_domain(&domain, &asked.address)) {
            // Of the other site.
            app.remove("basic_auth_ref");
        }
        app.insert("app".to_owned(), asked.address.app.into());
        match asked.address.guest_space {
            Some(space) => app.insert("guest_space".to_owned(), space.into()),
            None => app.remove("guest_space"),
        };
        if let Some(name) = token_name {
            match app.get_mut("token_refs").and_then(|refs| refs.get_mut(0)).filter(|_| is_same) {
                Some(first) => *first = name.into(),
                // Those beside it were for the lookups of the app before, maybe of another domain.
                None => drop(app.insert("token_refs".to_owned(), json!([name]))),
            }
        }
        apps.insert(asked.alias.clone(), app.into());
        Ok(document)
    }

    /// The name to seal an app's new token under: the one that it has, where no other app is opened by that, or else
    /// one that nothing has.
    fn name_for_token(&self, document: &Value, asked: &Connect) -> Result<String, SqlError> {
        if is_app(document, &asked.alias, &asked.address)
            && let Some(own) = token_refs(document, &asked.alias).into_iter().next()
        {
            let mut others = document.clone();
            others["apps"][&asked.alias] = Value::Null;
            if !names_secret(&others, &own) {
                return Ok(own);
            }
        }
        // An alias may be any text, a secret's name may not: the app's number names it. Two domains may have an app of
        // one number.
        let number = asked.address.app;
        let mut name = format!("kintone_{number}_token");
        let mut next = 2;
        while secret::exists(&self.world, &name)? || names_secret(document, &name) {
            name = format!("kintone_{number}_token_{next}");
            next += 1;
        }
        Ok(name)
    }
}

/// Whether the alias is this app already.
fn is_app(document: &Value, alias: &str, address: &AppAddress) -> bool {
    let Some(app) = document.get("apps").and_then(|apps| apps.get(alias)) else { return false };
    app.get("domain").is_some_and(|domain| is_domain(domain, address))
        && app.get("app").and_then(Value::as_u64) == Some(address.app)
        && app.get("guest_space").and_then(Value::as_u64) == address.guest_space
}

fn is_domain(domain: &Value, address: &AppAddress) -> bool {
    domain.as_str().is_some_and(|domain| domain.eq_ignore_ascii_case(&address.domain))
}

/// The names of the tokens that open an app.
fn token_refs(document: &Value, alias: &str) -> Vec<String> {
    let app = document.get("apps").and_then(|apps| apps.get(alias));
    let refs = app.and_then(|app| app.get("token_refs")).and_then(Value::as_array);
    refs.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Whether any text in the document is this secret's name.
fn names_secret(document: &Value, name: &str) -> bool {
    match document {
        Value::String(text) => text == name,
        Value::Array(all) => all.iter().any(|one| names_secret(one, name)),
        Value::Object(all) => all.values().any(|one| names_secret(one, name)),
        _ => false,
    }
}

fn token_of_other_domain() -> Refusal {
    Refusal::new(
        422,
        "token_of_other_domain",
        "登録済みのAPIトークンは、別のドメインのものです。このドメインのアプリのAPIトークンを入力してください。",
        "The API token that is stored is of another domain. Enter the API token of this domain's app.",
    )
}

#[cfg(test)]
#[path = "connect_tests.rs"]
mod tests;
