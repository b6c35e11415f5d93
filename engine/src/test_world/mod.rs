//! A world for tests: an in-memory database, the sandbox's kintone, a clock that stands still, and
//! answers that go wrong on demand.

pub(crate) mod kintone;
pub(crate) mod setup;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, VecDeque};
use std::future::Future;

use bytes::Bytes;
use daicho_core::kintone::AppAddress;
use daicho_core::tenant::TenantName;
use daicho_sandbox::kintone::Kintone;
use futures_util::FutureExt as _;
use serde_json::Value;

use crate::port::rusqlite::Rusqlite;
use crate::port::{
    Alarm, Claims, Clock, Http, Iana, Level, Log, Lost, Millis, Query as _, Random, Service, Sql, SqlError,
    Statements, Zones,
};

/// 2026-11-22T00:00:00Z.
const START: Millis = 1_795_305_600_000;

/// What becomes of a request instead of being answered by kintone.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// kintone takes it.
    Pass,
    /// This answer; kintone never sees the request.
    Answer(u16, Value),
    /// The same with a page instead of JSON.
    Page(u16),
    /// With a Retry-After of so many seconds.
    RetryAfter(u16, u32),
    /// Lost on the way there.
    LostBefore,
    /// kintone takes it, and its answer is lost.
    LostAfter,
    /// Lost, and kintone takes it when the test says so.
    Late,
}

type Meanwhile = dyn FnOnce(&TestWorld);
type Refusal = dyn Fn(&Value) -> Option<(u16, Value)>;

pub(crate) struct TestWorld {
    sql: Rusqlite,
    pub(crate) now: Cell<Millis>,
    random: Cell<u64>,
    pub(crate) kintone: RefCell<Kintone>,
    /// Of the next writes, in order; of the next reads, in order.
    pub(crate) write_faults: RefCell<VecDeque<Fault>>,
    pub(crate) read_faults: RefCell<VecDeque<Fault>>,
    /// Refuses the writes for whose body it has an answer.
    pub(crate) refusal: RefCell<Option<Box<Refusal>>>,
    late: RefCell<Vec<http::Request<Bytes>>>,
    pub(crate) sent: RefCell<Vec<http::Request<Bytes>>>,
    /// Apps that another tenant holds.
    pub(crate) held_elsewhere: RefCell<BTreeSet<AppAddress>>,
    pub(crate) claimed: RefCell<Vec<AppAddress>>,
    pub(crate) directory_is_down: Cell<bool>,
    pub(crate) lines: RefCell<Vec<String>>,
    /// What happens in the middle of the next request, before its answer comes.
    pub(crate) meanwhile: RefCell<Option<Box<Meanwhile>>>,
}

/// Runs a future of this world, in which nothing ever waits.
pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("nothing waits in the test world")
}

impl TestWorld {
    pub(crate) fn new() -> Self {
        let world = Self {
            sql: Rusqlite::in_memory().unwrap(),
            now: Cell::new(START),
            random: Cell::new(1),
            kintone: RefCell::new(Kintone::new()),
            write_faults: RefCell::default(),
            read_faults: RefCell::default(),
            refusal: RefCell::default(),
            late: RefCell::default(),
            sent: RefCell::default(),
            held_elsewhere: RefCell::default(),
            claimed: RefCell::default(),
            directory_is_down: Cell::new(false),
            lines: RefCell::default(),
            meanwhile: RefCell::default(),
        };
        crate::store::migrate(&world, crate::store::TENANT, START).unwrap();
        world
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, milliseconds: Millis) {
        self.now.set(self.now.get() + milliseconds);
    }

    /// What was lost on its way lands after all.
    pub(crate) fn land_late(&self) -> Vec<u16> {
        let late = self.late.take();
        let mut kintone = self.kintone.borrow_mut();
        late.iter().map(|request| kintone.handle(self.now.get(), request).status().as_u16()).collect()
    }

    /// One number out of the database.
    pub(crate) fn number(&self, sql: &str) -> i64 {
        self.query(sql, &[]).unwrap()[0].integer(0).unwrap()
    }

    /// One text out of the database.
    pub(crate) fn text(&self, sql: &str) -> Option<String> {
        self.query(sql, &[]).unwrap()[0].optional_text(0).unwrap().map(str::to_owned)
    }

    fn fault(&self, request: &http::Request<Bytes>) -> Fault {
        let reads_by_post = request.headers().contains_key("X-HTTP-Method-Override");
        let is_write = request.method() != http::Method::GET && !reads_by_post;
        if let (&http::Method::PUT, Some(refusal)) = (request.method(), &*self.refusal.borrow()) {
            let refused = refusal(&serde_json::from_slice(request.body()).unwrap());
            if let Some((status, body)) = refused {
                return Fault::Answer(status, body);
            }
        }
        let queue = if is_write { &self.write_faults } else { &self.read_faults };
        queue.borrow_mut().pop_front().unwrap_or(Fault::Pass)
    }

    fn take(&self, request: &http::Request<Bytes>) -> http::Response<Bytes> {
        self.kintone.borrow_mut().handle(self.now.get(), request)
    }
}

impl Http for TestWorld {
    fn sent(&self) -> u64 {
        self.sent.borrow().len() as u64
    }

    async fn send(
        &self,
        service: Service,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, Lost> {
        assert_eq!(service, Service::Kintone);
        self.sent.borrow_mut().push(copy(&request));
        let meanwhile = self.meanwhile.take();
        if let Some(meanwhile) = meanwhile {
            meanwhile(self);
        }
        let answer = |status: u16, body: Bytes| http::Response::builder().status(status).body(body).unwrap();
        match self.fault(&request) {
            Fault::Pass => Ok(self.take(&request)),
            Fault::Answer(status, body) => Ok(answer(status, Bytes::from(body.to_string()))),
            Fault::Page(status) => Ok(answer(status, Bytes::from_static(b"<html></html>"))),
            Fault::RetryAfter(status, seconds) => {
                let mut response = answer(status, Bytes::from_static(b"{}"));
                response.headers_mut().insert(http::header::RETRY_AFTER, seconds.into());
                Ok(response)
            }
            Fault::LostBefore => Err(Lost),
            Fault::LostAfter => {
                self.take(&request);
                Err(Lost)
            }
            Fault::Late => {
                self.late.borrow_mut().push(request);
                Err(Lost)
            }
        }
    }
}

fn copy(request: &http::Request<Bytes>) -> http::Request<Bytes> {
    let mut copy = http::Request::new(request.body().clone());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    copy
}

impl Sql for TestWorld {
    fn transaction<T, E: From<SqlError>>(
        &self,
        step: impl FnOnce(&dyn Statements) -> Result<T, E>,
    ) -> Result<T, E> {
        self.sql.transaction(step)
    }

    fn read(&self, sql: &str, parameters: &[crate::port::Value]) -> Result<Vec<crate::port::Row>, SqlError> {
        self.sql.read(sql, parameters)
    }
}

impl Clock for TestWorld {
    fn now(&self) -> Millis {
        self.now.get()
    }
}

impl Random for TestWorld {
    /// A linear congruential generator: the same numbers in every run.
    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let next = self.random.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            self.random.set(next);
            *byte = next.to_be_bytes()[0];
        }
    }
}

impl Zones for TestWorld {
    fn offset_seconds(&self, zone: &str, unix_seconds: i64) -> Option<i32> {
        Iana.offset_seconds(zone, unix_seconds)
    }
}

impl Alarm for TestWorld {
    fn set(&self, _at: Millis) {}
    fn clear(&self) {}
}

impl Log for TestWorld {
    fn line(&self, _level: Level, event: &'static str, fields: Value) {
        self.lines.borrow_mut().push(format!("{event} {fields}"));
    }
}

impl Claims for TestWorld {
    async fn claim(&self, _tenant: &TenantName, apps: &[AppAddress]) -> Result<Vec<AppAddress>, Lost> {
        let refused = self.lost(_tenant, apps).await?;
        if refused.is_empty() {
            *self.claimed.borrow_mut() = apps.to_vec();
        }
        Ok(refused)
    }

    async fn lost(&self, _tenant: &TenantName, apps: &[AppAddress]) -> Result<Vec<AppAddress>, Lost> {
        if self.directory_is_down.get() {
            return Err(Lost);
        }
        let held = self.held_elsewhere.borrow();
        Ok(apps.iter().filter(|app| held.contains(app)).cloned().collect())
    }
}
