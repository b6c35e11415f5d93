//! Starting and stopping a sandbox.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::lag::LagSummary;
use super::shared::Shared;
use super::{connection, deliveries};
use crate::Millis;
use crate::faults::{Faults, Plan};
use crate::kintone::Kintone;
use crate::stripe::Stripe;

/// How a sandbox starts.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// The port on 127.0.0.1; 0 lets the system choose.
    pub port: u16,
    /// What ids, secrets and shuffles follow from.
    pub seed: u64,
}

/// A running sandbox.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    pub(super) shared: Arc<Shared>,
    tasks: [JoinHandle<()>; 2],
}

impl Server {
    /// Starts a sandbox; it answers as soon as this returns.
    ///
    /// # Errors
    /// If the port is taken or may not be used.
    pub async fn start(options: Options) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::new(options.seed));
        let tasks = [
            tokio::spawn(connection::accept(listener, shared.clone())),
            tokio::spawn(deliveries::run(shared.clone())),
        ];
        Ok(Self { address, shared, tasks })
    }

    /// Its address, as `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Works on Stripe's machine, as a person in the Dashboard would.
    pub fn with_stripe<R>(&self, work: impl FnOnce(&mut Stripe, Millis) -> R) -> R {
        self.shared.with_stripe(work)
    }

    /// Works on kintone's machine, as a person in the app would.
    pub fn with_kintone<R>(&self, work: impl FnOnce(&mut Kintone, Millis) -> R) -> R {
        self.shared.with_kintone(work)
    }

    /// Orders a fault and returns its number.
    pub fn add_fault(&self, plan: Plan) -> u64 {
        self.shared.faults().add(plan)
    }

    /// The faults as they stand.
    pub fn faults(&self) -> Faults {
        self.shared.faults().clone()
    }

    /// How long kintone's records lagged behind Stripe so far.
    pub fn lag(&self) -> LagSummary {
        self.shared.followed().lag.summary()
    }

    /// A receiver that changes with everything that can be seen from outside: a request answered,
    /// an effect that landed late, a webhook settled. For waiting without sleeping.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.shared.changes()
    }

    /// Stops it: no new connections, requests under way are answered.
    pub async fn stop(self) {
        self.shared.stop();
        for task in self.tasks {
            // A task that panicked has already printed why.
            let _ = task.await;
        }
    }
}
