//! The engine's ports on Cloudflare: each file one port, [`world`] all of them as one value.

mod alarm;
mod claims;
mod clock;
mod http;
mod log;
mod random;
mod sql;
mod storage;
mod world;
mod zones;

pub use self::http::{FetchHttp, STRIPE_API};
pub use alarm::ObjectAlarm;
pub use claims::DirectoryClaims;
pub use clock::WallClock;
pub use log::ConsoleLog;
pub use random::WebCrypto;
pub use sql::ObjectSql;
pub use storage::Storage;
pub use world::TenantWorld;
pub use zones::IntlZones;
