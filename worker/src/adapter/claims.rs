//! The `Claims` port: questions to the directory object.

use daicho_core::kintone::AppAddress;
use daicho_core::tenant::TenantName;
use daicho_engine::port::{Claims, Lost};

use crate::object::directory::{Apps, Asked, NAME};
use crate::object::stub::{DIRECTORY, Stub};

/// The directory object, asked for claims.
pub struct DirectoryClaims {
    env: worker::Env,
}

impl DirectoryClaims {
    /// The directory that `env` binds.
    #[must_use]
    pub fn new(env: worker::Env) -> Self {
        Self { env }
    }

    async fn ask(
        &self,
        path: &str,
        tenant: &TenantName,
        apps: &[AppAddress],
    ) -> Result<Vec<AppAddress>, Lost> {
        let body = serde_json::to_string(&Asked::new(tenant, apps)).map_err(|_| Lost)?;
        let directory = Stub::get(&self.env, DIRECTORY, NAME).map_err(|_| Lost)?;
        let answer = directory.post(path, &body).await.map_err(|_| Lost)?;
        serde_json::from_str::<Apps>(&answer).map(|answer| answer.apps).map_err(|_| Lost)
    }
}

impl Claims for DirectoryClaims {
    async fn claim(&self, tenant: &TenantName, apps: &[AppAddress]) -> Result<Vec<AppAddress>, Lost> {
        self.ask("/claim", tenant, apps).await
    }

    async fn lost(&self, tenant: &TenantName, apps: &[AppAddress]) -> Result<Vec<AppAddress>, Lost> {
        self.ask("/lost", tenant, apps).await
    }
}
