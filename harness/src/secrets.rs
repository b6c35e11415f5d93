//! The secrets of one local run. They open nothing outside of it and may stand in the clear.

/// What a Worker under `wrangler dev` needs to know besides its addresses.
#[derive(Debug, Clone)]
pub struct DevSecrets {
    /// Bearer token of the admin routes.
    pub admin_token: String,
    /// Its SHA-256 in hex, as `ADMIN_TOKENS` holds it.
    admin_sha256: &'static str,
    /// `SEALING_KEYS`: the key is 32 zero bytes.
    sealing_keys: &'static str,
}

impl Default for DevSecrets {
    fn default() -> Self {
        Self {
            admin_token: "local-development-only".to_owned(),
            admin_sha256: "ed20191044553dac8f9c45e62062dd18e7dc1f898a897240b4179fb84fea3db4",
            sealing_keys: r#"{"current":"dev","keys":{"dev":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}}"#,
        }
    }
}

impl DevSecrets {
    /// `ADMIN_TOKENS` with this token under a name.
    pub(crate) fn admin_tokens(&self) -> String {
        format!(r#"{{"local":"{}"}}"#, self.admin_sha256)
    }

    /// `SEALING_KEYS`.
    pub(crate) fn sealing_keys(&self) -> &str {
        self.sealing_keys
    }
}
