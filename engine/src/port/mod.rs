//! What the engine needs of the world. The Worker implements these on Cloudflare, the tests and the
//! simulation on rusqlite, the sandbox's state machines and a virtual clock.

mod http;
#[cfg(feature = "iana")]
mod iana;
#[cfg(feature = "rusqlite")]
pub mod rusqlite;
mod sql;
#[cfg(feature = "contract")]
pub mod zone_contract;

/// Time zones beside those that are built in: on Cloudflare the runtime's own database.
pub use daicho_core::mapping::Zones;
#[cfg(feature = "iana")]
pub use iana::Iana;

pub use self::http::{Http, Lost, Service};
pub use sql::{Query, Row, Sql, SqlError, Statements, Value};

/// Milliseconds since the Unix epoch.
pub type Millis = i64;

/// The time. Deployed on Workers it stands still between I/O, so nothing may be bounded by it.
pub trait Clock {
    /// Now.
    fn now(&self) -> Millis;
}

/// Randomness fit for nonces and ids.
pub trait Random {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// The one alarm of the tenant.
///
/// On a Durable Object, an alarm set in the same turn as a write is committed with it; call it from
/// inside the transaction's closure.
pub trait Alarm {
    /// Sets the alarm to `at`, in place of what was set before.
    fn set(&self, at: Millis);

    /// Unsets the alarm, so that an idle tenant costs nothing.
    fn clear(&self);
}

/// Structured log lines. A line holds ids, codes and counts: never payloads, tokens or personal data.
pub trait Log {
    /// Writes one line: `event` names what happened, `fields` say to what.
    fn line(&self, level: Level, event: &'static str, fields: serde_json::Value);
}

/// How much a log line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Of interest when something is looked into.
    Info,
    /// Somebody should look at it some day.
    Warn,
    /// Somebody should look at it now.
    Error,
}

/// What one app in the world belongs to; kept by the directory object.
///
/// A live claim refuses every other tenant, a test claim yields to a live one.
#[expect(async_fn_in_trait, reason = "single-threaded on Workers: no caller needs Send")]
pub trait Claims {
    /// Makes the tenant's claims exactly these apps. Answers the apps that another tenant holds; of
    /// those nothing is claimed.
    ///
    /// # Errors
    /// The directory could not be asked; nothing is known to have changed.
    async fn claim(
        &self,
        tenant: &daicho_core::tenant::TenantName,
        apps: &[daicho_core::kintone::AppAddress],
    ) -> Result<Vec<daicho_core::kintone::AppAddress>, Lost>;

    /// Whether the tenant may (still) write to these apps: the ones it no longer holds.
    ///
    /// # Errors
    /// The directory could not be asked.
    async fn lost(
        &self,
        tenant: &daicho_core::tenant::TenantName,
        apps: &[daicho_core::kintone::AppAddress],
    ) -> Result<Vec<daicho_core::kintone::AppAddress>, Lost>;
}

/// Everything the engine is handed, as one.
pub trait World: Sql + Http + Clock + Random + Alarm + Log + Claims + Zones {}
impl<T: Sql + Http + Clock + Random + Alarm + Log + Claims + Zones> World for T {}
