//! API tokens: who may do what with which app.

use serde::{Deserialize, Serialize};

use super::failure::Failure;

/// The most tokens that one request may carry.
const MAX_TOKENS: usize = 9;

/// One thing that a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Permission {
    /// Read records.
    View,
    /// Add records.
    Add,
    /// Edit records.
    Edit,
    /// Delete records.
    Delete,
    /// Administer the app.
    Admin,
}

/// What a token may do; as JSON a list, `["view", "add"]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Permissions(Vec<Permission>);

impl Permissions {
    /// Exactly these.
    pub fn of(permissions: &[Permission]) -> Self {
        Self(permissions.to_vec())
    }

    /// Everything.
    pub fn all() -> Self {
        use Permission::{Add, Admin, Delete, Edit, View};
        Self::of(&[View, Add, Edit, Delete, Admin])
    }

    /// Whether `permission` is among them.
    pub fn allow(&self, permission: Permission) -> bool {
        self.0.contains(&permission)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) app: u64,
    pub(crate) permissions: Permissions,
    /// False until the app's settings were applied with "アプリを更新".
    pub(crate) active: bool,
}

/// What the credentials of one request allow.
#[derive(Debug, Clone)]
pub(crate) enum Access {
    /// By API tokens, one per app.
    Tokens(Vec<(u64, Permissions)>),
    /// A person in the browser, who may do everything.
    Person,
}

impl Access {
    /// Reads the header `X-Cybozu-API-Token`.
    ///
    /// # Errors
    /// `GAIA_IA02` for a token that is unknown or not yet active, `GAIA_DA03` for two of one app,
    /// `CB_IL02` for more than nine.
    pub(crate) fn by_tokens(known: &[Token], header: &str) -> Result<Self, Failure> {
        let given: Vec<&str> = header.split(',').map(str::trim).collect();
        if given.len() > MAX_TOKENS {
            return Err(Failure::new("CB_IL02", []));
        }
        let mut access: Vec<(u64, Permissions)> = Vec::new();
        for text in given {
            let token = known
                .iter()
                .find(|token| token.text == text && token.active)
                .ok_or_else(|| Failure::new("GAIA_IA02", []))?;
            if access.iter().any(|(app, _)| *app == token.app) {
                return Err(Failure::new("GAIA_DA03", []));
            }
            access.push((token.app, token.permissions.clone()));
        }
        Ok(Self::Tokens(access))
    }

    /// Whether there is a token of `app` at all.
    pub(crate) fn covers(&self, app: u64) -> bool {
        match self {
            Self::Person => true,
            Self::Tokens(tokens) => tokens.iter().any(|(known, _)| *known == app),
        }
    }

    pub(crate) fn allows(&self, app: u64, permission: Permission) -> bool {
        match self {
            Self::Person => true,
            Self::Tokens(tokens) => {
                tokens.iter().any(|(known, permissions)| *known == app && permissions.allow(permission))
            }
        }
    }
}
