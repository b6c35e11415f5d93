//! Starts, kills and restarts the two programs that the demo and the end-to-end tests run: the
//! sandbox, and the Worker under the real `wrangler dev` or under `workerd serve` alone.
//!
//! ```no_run
//! # async fn example() -> anyhow::Result<()> {
//! use daicho_harness::{Sandbox, Worker, WorkerOptions};
//!
//! let dir = daicho_harness::workspace().fresh_dir("e2e/example")?;
//! let sandbox = Sandbox::start(&dir, Default::default()).await?;
//! let mut worker = Worker::start(WorkerOptions::new(&dir).talking_to(&sandbox)).await?;
//! worker.kill_9().await?; // every process of its group; returns once the port is refused
//! worker.restart().await?; // the same port on the same state
//! # Ok(()) }
//! ```
//!
//! Nothing here knows Daicho's own crates, so that it can be built while they are broken.

mod client;
mod dashboard;
mod port;
mod process;
mod programs;
mod sandbox;
mod secrets;
mod storage;
mod worker;
mod workerd;
mod workspace;

pub use client::{Answer, Client};
pub use dashboard::Dashboard;
pub use port::{choose as choose_port, free as free_port, is_refused as port_is_refused};
pub use process::{ProcessGroup, end_stale};
pub use programs::{Programs, programs, take_as_built};
pub use sandbox::{Sandbox, SandboxOptions};
pub use secrets::DevSecrets;
pub use storage::Storage;
pub use worker::{Runtime, Worker, WorkerOptions};
pub use workspace::{Workspace, workspace};
