//! What a request to an app needs: its address and its tokens.

use daicho_core::connections::AppConnection;
use daicho_core::kintone::{AppAddress, AppId, GuestSpaceId, Host, HostRefused};

use crate::port::Query;
use crate::secret::{self, Secret, SecretError};
use crate::settings::Settings;

/// One app's address and credentials, opened for one use.
#[derive(Debug, Clone)]
pub struct Access {
    /// The host that is asked.
    pub host: Host,
    /// The guest space, where the app is in one.
    pub guest_space: Option<GuestSpaceId>,
    /// The app.
    pub app: AppId,
    tokens: Vec<Secret>,
    basic: Option<Secret>,
}

/// An app cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccessError {
    /// The host is none of kintone's.
    #[error(transparent)]
    Host(#[from] HostRefused),
    /// A secret cannot be opened.
    #[error(transparent)]
    Secret(#[from] SecretError),
}

impl Access {
    /// Opens an app's credentials.
    ///
    /// # Errors
    /// A host that is none of kintone's, or a secret that is missing or does not open.
    pub fn open(
        sql: &(impl Query + ?Sized),
        settings: &Settings,
        connection: &AppConnection,
    ) -> Result<Self, AccessError> {
        let secret = |name: &String| secret::open(sql, &settings.sealing, &settings.name, name);
        Ok(Self {
            host: Host::parse(&connection.domain, &settings.dev_hosts)?,
            guest_space: connection.guest_space,
            app: connection.app,
            tokens: connection.token_refs.iter().map(secret).collect::<Result<_, _>>()?,
            basic: connection.basic_auth_ref.as_ref().map(secret).transpose()?,
        })
    }

    /// An app and one token that is not stored yet.
    #[must_use]
    pub fn with_token(host: Host, guest_space: Option<GuestSpaceId>, app: AppId, token: Secret) -> Self {
        Self { host, guest_space, app, tokens: vec![token], basic: None }
    }

    /// The app's place in the world.
    #[must_use]
    pub fn address(&self) -> AppAddress {
        self.host.address(self.app, self.guest_space)
    }

    /// All tokens in one header, joined by commas.
    pub(super) fn token_header(&self) -> String {
        self.tokens.iter().map(Secret::expose).collect::<Vec<_>>().join(",")
    }

    /// `user:password` of the site's Basic authentication.
    pub(super) fn basic(&self) -> Option<&str> {
        self.basic.as_ref().map(Secret::expose)
    }
}
