//! The engine's ports on the world.

use bytes::Bytes;
use daicho_core::kintone::AppAddress;
use daicho_core::tenant::TenantName;
use daicho_engine::port::{
    Alarm, Claims, Clock, Http, Iana, Level, Log, Lost, Millis, Random, Row, Service, Sql, SqlError,
    Statements, Value, Zones,
};

use super::{World, network};

impl Sql for World {
    /// What a step that fails did to the alarm is undone too, as in a Durable Object.
    fn transaction<T, E: From<SqlError>>(
        &self,
        step: impl FnOnce(&dyn Statements) -> Result<T, E>,
    ) -> Result<T, E> {
        let alarm = self.0.alarm.get();
        let outcome = self.0.sql.transaction(step);
        if outcome.is_err() {
            self.0.alarm.set(alarm);
        }
        outcome
    }

    fn read(&self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, SqlError> {
        self.0.sql.read(sql, parameters)
    }
}

impl Http for World {
    async fn send(
        &self,
        service: Service,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, Lost> {
        network::send(self, service, request).await
    }

    fn sent(&self) -> u64 {
        self.0.network.borrow().seen.len() as u64
    }
}

impl Clock for World {
    fn now(&self) -> Millis {
        self.0.now.get()
    }
}

impl Random for World {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.random.borrow_mut().fill(bytes);
    }
}

impl Zones for World {
    fn offset_seconds(&self, zone: &str, unix_seconds: i64) -> Option<i32> {
        Iana.offset_seconds(zone, unix_seconds)
    }
}

impl Alarm for World {
    fn set(&self, at: Millis) {
        self.0.alarms.borrow_mut().push(at);
        self.0.alarm.set(Some(at));
    }

    fn clear(&self) {
        self.0.alarm.set(None);
    }
}

impl Log for World {
    fn line(&self, level: Level, event: &'static str, fields: serde_json::Value) {
        self.0.log.borrow_mut().push((level, event, fields));
    }
}

impl Claims for World {
    async fn claim(&self, tenant: &TenantName, apps: &[AppAddress]) -> Result<Vec<AppAddress>, Lost> {
        self.0.directory.claim(tenant, apps, self.now()).map_err(|_| Lost)
    }

    async fn lost(&self, tenant: &TenantName, apps: &[AppAddress]) -> Result<Vec<AppAddress>, Lost> {
        self.0.directory.lost(tenant, apps).map_err(|_| Lost)
    }
}
