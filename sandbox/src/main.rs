//! The sandbox as a program: a local Stripe and a local kintone on one port.

use std::io::Write;

use anyhow::Context;
use clap::Parser;
use daicho_sandbox::shell::{Options, Server};

/// A local Stripe (/v1, /v2) and a local kintone (/k) on one port, with faults on demand.
#[derive(Debug, Parser)]
#[command(name = "daicho-sandbox", version)]
struct Arguments {
    /// Port on 127.0.0.1; 0 lets the system choose, and the line printed says which.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Ids, secrets and the order of shuffled webhooks follow from it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Arguments { port, seed } = Arguments::parse();
    let server = Server::start(Options { port, seed })
        .await
        .with_context(|| format!("port {port} cannot be used; choose another with --port"))?;
    // Whoever started this reads the line to learn the port, so it must not wait in a buffer.
    let mut stdout = std::io::stdout();
    writeln!(stdout, "listening on {}", server.url())?;
    stdout.flush()?;
    asked_to_stop().await?;
    server.stop().await;
    Ok(())
}

#[cfg(unix)]
async fn asked_to_stop() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn asked_to_stop() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
