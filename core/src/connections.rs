//! The connections document: where the apps of a mapping are and which sealed secrets open them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kintone::{AppId, GuestSpaceId};
use crate::mapping::AppAlias;

/// A connections document, one for each tenant. It holds names of secrets, never secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Connections {
    /// The name of the sealed Stripe key.
    pub stripe_key_ref: SecretName,
    /// Each app by the alias that the mapping uses.
    pub apps: BTreeMap<AppAlias, AppConnection>,
    /// Dashboard roles that may read in the Stripe App; empty: anyone signed in.
    #[serde(default)]
    pub read_roles: Vec<String>,
}

/// One kintone app and how to reach it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
}

/// The name of a sealed secret, for example `kintone_customers_token`.
pub type SecretName = String;
