//! The connections document: where the apps of a mapping are and which sealed secrets open them.

use std::collections::BTreeSet;

use crate::json::Value;
use schemars::JsonSchema;
use serde::Serialize;

use crate::ByName;
use crate::DocumentError;
use crate::document::{Document, Place, Read, read_struct};
use crate::document_text;
use crate::kintone::{AppAddress, AppId, GuestSpaceId, Host, HostRefused};
use crate::mapping::{AppAlias, Mapping, TargetName};

/// A connections document, one for each tenant. It holds names of secrets, never secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Connections {
    /// Where an editor finds the JSON Schema of this document. Daicho does not read it.
    #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// The name of the sealed Stripe key.
    pub stripe_key_ref: SecretName,
    /// Each app by the alias that the mapping uses.
    pub apps: ByName<AppConnection>,
    /// Dashboard roles that may read in the Stripe App; empty: anyone signed in.
    #[serde(default)]
    pub read_roles: Vec<String>,
}

read_struct!(Connections {
    schema["$schema"] = None,
    stripe_key_ref,
    apps,
    read_roles = Vec::new(),
});

/// One kintone app and how to reach it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AppConnection {
    /// `example.cybozu.com`, `.kintone.com` or `.cybozu.cn`; `example.s.cybozu.com` with a client certificate.
    pub domain: String,
    /// The app's number.
    pub app: AppId,
    /// The guest space, where the app is in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guest_space: Option<GuestSpaceId>,
    /// Names of the sealed API tokens sent together: this app's, and those of apps it looks up.
    pub token_refs: Vec<SecretName>,
    /// The name of a sealed `user:password` for the site's Basic authentication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basic_auth_ref: Option<SecretName>,
    /// How many of the requests that kintone's plan allows the app in a day (10,000 on the standard one,
    /// by all its clients together) are for Daicho, reads included: 5,000 unless given. A day begins at
    /// 09:00 in Japan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100_000))]
    pub daily_requests: Option<u32>,
}

read_struct!(AppConnection {
    domain,
    app,
    guest_space = None,
    token_refs,
    basic_auth_ref = None,
    daily_requests = None,
});

/// The name of a sealed secret, for example `kintone_customers_token`: letters, digits, `_` and
/// `-`, at most 64 of them.
pub type SecretName = String;

/// The most tokens that kintone takes in one request.
const MOST_TOKENS: usize = 9;

/// Half of what kintone's standard plan allows an app in a day.
const DAILY_REQUESTS: u32 = 5_000;

/// What kintone's wide plan allows an app in a day.
const MOST_DAILY_REQUESTS: u32 = 100_000;

impl Document for AppId {
    fn read(json: &Value, at: Place<'_>) -> Read<Self> {
        u64::read(json, at).map(Self)
    }

    fn write(&self) -> Value {
        self.0.write()
    }
}

impl Document for GuestSpaceId {
    fn read(json: &Value, at: Place<'_>) -> Read<Self> {
        u64::read(json, at).map(Self)
    }

    fn write(&self) -> Value {
        self.0.write()
    }
}

impl Connections {
    /// Reads a connections document and checks each app's host, number and secret names.
    ///
    /// `dev_hosts` are taken beside kintone's own, as [`Host::parse`] says; pass none in production.
    ///
    /// # Errors
    /// [`DocumentError`] with the path and the reason.
    pub fn parse(json: &[u8], dev_hosts: &[impl AsRef<str>]) -> Result<Self, DocumentError> {
        let connections: Self = document_text::parse(json)?;
        check_secret_name("stripe_key_ref", &connections.stripe_key_ref)?;
        for (alias, app) in &connections.apps {
            app.check(&format!("apps.{alias}"), dev_hosts)?;
        }
        Ok(connections)
    }

    /// The targets of a mapping whose app has no connection, with the alias that is missing.
    #[must_use]
    pub fn unconnected<'m>(&self, mapping: &'m Mapping) -> Vec<(&'m TargetName, &'m AppAlias)> {
        let targets = mapping.targets.iter().map(|(name, target)| (name, &target.app));
        targets.filter(|(_, alias)| !self.apps.contains_key(alias)).collect()
    }

    /// How many requests of an app's day are ours; the fewest where the app stands there more than once.
    #[must_use]
    pub fn daily_requests(&self, address: &AppAddress) -> u32 {
        // The address is of a host that was taken already, so it may stand among the dev hosts.
        let dev_hosts = [&address.domain];
        let same = self.apps.values().filter(|app| app.address(&dev_hosts).as_ref() == Ok(address));
        same.filter_map(|app| app.daily_requests).min().unwrap_or(DAILY_REQUESTS)
    }

    /// The names of all secrets that the document refers to, each once.
    #[must_use]
    pub fn secret_names(&self) -> BTreeSet<&str> {
        let of_apps = self.apps.values().flat_map(|app| app.token_refs.iter().chain(&app.basic_auth_ref));
        of_apps.chain([&self.stripe_key_ref]).map(String::as_str).collect()
    }
}

impl AppConnection {
    /// The host, if it is one that may be asked.
    ///
    /// # Errors
    /// [`HostRefused`] as of [`Host::parse`].
    pub fn host(&self, dev_hosts: &[impl AsRef<str>]) -> Result<Host, HostRefused> {
        Host::parse(&self.domain, dev_hosts)
    }

    /// The app's place in the world.
    ///
    /// # Errors
    /// As [`AppConnection::host`].
    pub fn address(&self, dev_hosts: &[impl AsRef<str>]) -> Result<AppAddress, HostRefused> {
        Ok(self.host(dev_hosts)?.address(self.app, self.guest_space))
    }

    fn check(&self, path: &str, dev_hosts: &[impl AsRef<str>]) -> Result<(), DocumentError> {
        let refuse =
            |property: &str, reason: &str| Err(DocumentError::new(format!("{path}.{property}"), reason));
        if let Err(refused) = self.host(dev_hosts) {
            return refuse("domain", &refused.to_string());
        }
        if self.app.0 == 0 {
            return refuse("app", "an app's number is 1 or more, as in its address /k/12/");
        }
        if self.guest_space == Some(GuestSpaceId(0)) {
            return refuse("guest_space", "a guest space's number is 1 or more, as in /k/guest/3/");
        }
        if self.token_refs.is_empty() {
            return refuse("token_refs", "at least one API token is needed");
        }
        if self.token_refs.len() > MOST_TOKENS {
            return refuse("token_refs", "kintone takes at most 9 API tokens in one request");
        }
        if self.daily_requests.is_some_and(|most| !(1..=MOST_DAILY_REQUESTS).contains(&most)) {
            return refuse("daily_requests", "a number from 1 to 100000, kintone's limit of the wide plan");
        }
        for (index, name) in self.token_refs.iter().enumerate() {
            check_secret_name(&format!("{path}.token_refs[{index}]"), name)?;
        }
        match &self.basic_auth_ref {
            Some(name) => check_secret_name(&format!("{path}.basic_auth_ref"), name),
            None => Ok(()),
        }
    }
}

/// Whether a text can be the name of a secret; such a name can stand in a URL path as it is.
#[must_use]
pub fn is_secret_name(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

fn check_secret_name(path: &str, name: &str) -> Result<(), DocumentError> {
    if is_secret_name(name) {
        return Ok(());
    }
    // A token pasted in place of its name must not be repeated in an error.
    let reason = "the name of a secret has 1 to 64 letters, digits, _ and -; put the secret itself with `daicho` or the admin API";
    Err(DocumentError::new(path, reason))
}

#[cfg(test)]
#[path = "connections_tests.rs"]
mod tests;
