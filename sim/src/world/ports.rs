//! The engine's ports on the world.

use std::panic::resume_unwind;

use bytes::Bytes;
use daicho_core::kintone::AppAddress;
use daicho_core::tenant::TenantName;
use daicho_engine::port::{
    Alarm, Claims, Clock, Http, Iana, Level, Log, Lost, Millis, Random, Row, Service, Sql, SqlError,
    Statements, Value, Zones,
};

use super::{World, network};

/// What unwinds when the tenant's memory is lost right after a commit.
#[derive(Debug)]
pub struct Crashed;

/// What unwinds when the tenant panics, wherever it is within a step.
#[derive(Debug)]
pub struct Panicked;

impl World {
    fn live_on(&self) {
        match self.0.commits_to_live.get() {
            None => {}
            Some(0) => {
                self.0.commits_to_live.set(None);
                // No panic hook: this is no fault of the tenant's.
                resume_unwind(Box::new(Crashed));
            }
            Some(left) => self.0.commits_to_live.set(Some(left - 1)),
        }
    }
}

impl Sql for World {
    /// What a step that fails did to the alarm is undone too, as in a Durable Object.
    fn transaction<T, E: From<SqlError>>(
        &self,
        step: impl FnOnce(&dyn Statements) -> Result<T, E>,
    ) -> Result<T, E> {
        if self.0.full.get() {
            return Err(SqlError::new("database or disk is full").into());
        }
        let alarm = self.0.alarm.get();
        let undo = Undo { world: self, alarm, committed: std::cell::Cell::new(false) };
        let outcome = self.0.sql.transaction(|tx| step(&Mortal { world: self, tx }));
        undo.committed.set(outcome.is_ok());
        drop(undo);
        if outcome.is_ok() {
            self.live_on();
        }
        outcome
    }

    fn read(&self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, SqlError> {
        self.0.sql.read(sql, parameters)
    }
}

/// The statements of a step, after one of which the tenant may panic.
struct Mortal<'a> {
    world: &'a World,
    tx: &'a dyn Statements,
}

impl Statements for Mortal<'_> {
    fn exec(&self, sql: &str, parameters: &[Value]) -> Result<Vec<Row>, SqlError> {
        let left = &self.world.0.statements_to_live;
        match left.get() {
            None => {}
            Some(0) => {
                left.set(None);
                resume_unwind(Box::new(Panicked));
            }
            Some(more) => left.set(Some(more - 1)),
        }
        self.tx.exec(sql, parameters)
    }
}

/// Gives the alarm back what it had, unless the step was committed: also when it panicked.
struct Undo<'a> {
    world: &'a World,
    alarm: Option<Millis>,
    committed: std::cell::Cell<bool>,
}

impl Drop for Undo<'_> {
    fn drop(&mut self) {
        if !self.committed.get() {
            self.world.0.alarm.set(self.alarm);
        }
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
        self.0.network.borrow().sent
    }
}

impl Clock for World {
    fn now(&self) -> Millis {
        self.0.now.get() + self.0.skew.get()
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
        self.0.alarm.set(Some(at));
        self.0.alarm_changes.update(|changes| changes + 1);
    }

    fn clear(&self) {
        self.0.alarm.set(None);
        self.0.alarm_changes.update(|changes| changes + 1);
    }
}

impl Log for World {
    fn line(&self, level: Level, event: &'static str, fields: serde_json::Value) {
        self.say(|| format!("    log {level:?} {event} {fields}"));
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
