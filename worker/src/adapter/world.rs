//! Everything that an object's engine is handed, as one value.

use bytes::Bytes;
use daicho_core::kintone::AppAddress;
use daicho_core::tenant::TenantName;
use daicho_engine::port::{
    Alarm, Claims, Clock, Http, Level, Log, Lost, Millis, Random, Row, Service, Sql, SqlError, Statements,
    Value, Zones,
};

use super::{
    ConsoleLog, DirectoryClaims, FetchHttp, IntlZones, ObjectAlarm, ObjectSql, WallClock, WebCrypto,
};

/// A tenant's world.
pub struct TenantWorld {
    /// Its database.
    pub sql: ObjectSql,
    /// Stripe and kintone.
    pub http: FetchHttp,
    /// Its one alarm.
    pub alarm: ObjectAlarm,
    /// Its log lines.
    pub log: ConsoleLog,
    /// The directory, asked for claims.
    pub claims: DirectoryClaims,
}

impl Sql for TenantWorld {
    fn transaction<T, E: From<SqlError>>(
        &self,
        step: impl FnOnce(&dyn Statements) -> Result<T, E>,
    ) -> Result<T, E> {
        self.sql.transaction(step)
    }

    fn read(&self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, SqlError> {
        self.sql.read(sql, parameters)
    }
}

impl Http for TenantWorld {
    async fn send(
        &self,
        service: Service,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, Lost> {
        self.http.send(service, request).await
    }

    fn sent(&self) -> u64 {
        self.http.sent()
    }
}

impl Clock for TenantWorld {
    fn now(&self) -> Millis {
        WallClock.now()
    }
}

impl Zones for TenantWorld {
    fn offset_seconds(&self, zone: &str, unix_seconds: i64) -> Option<i32> {
        IntlZones.offset_seconds(zone, unix_seconds)
    }
}

impl Random for TenantWorld {
    fn fill(&self, bytes: &mut [u8]) {
        WebCrypto.fill(bytes);
    }
}

impl Alarm for TenantWorld {
    fn set(&self, at: Millis) {
        self.alarm.set(at);
    }

    fn clear(&self) {
        self.alarm.clear();
    }
}

impl Log for TenantWorld {
    fn line(&self, level: Level, event: &'static str, fields: serde_json::Value) {
        self.log.line(level, event, fields);
    }
}

impl Claims for TenantWorld {
    async fn claim(&self, tenant: &TenantName, apps: &[AppAddress]) -> Result<Vec<AppAddress>, Lost> {
        self.claims.claim(tenant, apps).await
    }

    async fn lost(&self, tenant: &TenantName, apps: &[AppAddress]) -> Result<Vec<AppAddress>, Lost> {
        self.claims.lost(tenant, apps).await
    }
}
