//! Ports on 127.0.0.1.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Result, bail};

/// Below what Linux (32768) and macOS (49152) give to connections and to listeners of port 0, above
/// what services of a desktop use.
const RANGE: Range<u16> = 20_000..32_000;

/// A port that is free, and that stays so until somebody names it.
///
/// A port from the system's own range would be free only for a moment: the next connection of any
/// program may leave from it before the process that it was meant for listens. This one is handed out
/// by nobody else, and only once in this process; processes start at places of their own.
///
/// # Errors
/// If the system has none.
pub fn free() -> Result<u16> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let places = u32::from(RANGE.end - RANGE.start);
    let own = std::process::id().wrapping_mul(769) % places;
    for _ in 0..places {
        let place = NEXT.fetch_add(1, Ordering::Relaxed).wrapping_add(own) % places;
        let port = RANGE.start + u16::try_from(place)?;
        if is_free(port) {
            return Ok(port);
        }
    }
    bail!("no port between {} and {} is free on 127.0.0.1: end what listens there", RANGE.start, RANGE.end)
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// The port asked for if it is free, an error with advice if it is not; without a wish the
/// preferred one, or any if that is taken.
///
/// # Errors
/// If the port asked for is in use. `option` is the option's name, for the message.
pub fn choose(wish: Option<u16>, preferred: u16, option: &str) -> Result<u16> {
    match wish {
        Some(0) => free(),
        Some(port) if is_free(port) => Ok(port),
        Some(port) => bail!(
            "port {port} is in use: end what listens on it, or choose another with {option}, \
             or leave the option out and a free one is taken"
        ),
        None if is_free(preferred) => Ok(preferred),
        None => free(),
    }
}

/// Whether a connection to the port is refused.
pub async fn is_refused(port: u16) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let connect = tokio::net::TcpStream::connect(address);
    match tokio::time::timeout(Duration::from_secs(1), connect).await {
        Ok(Err(error)) => error.kind() == std::io::ErrorKind::ConnectionRefused,
        Ok(Ok(_)) | Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_port_in_use_that_was_asked_for_is_an_error_that_says_what_to_do() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let error = choose(Some(port), 1, "--port").unwrap_err().to_string();
        assert!(error.contains(&port.to_string()) && error.contains("--port"), "{error}");
    }

    #[test]
    fn a_preferred_port_in_use_gives_way_to_a_free_one() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        assert_ne!(choose(None, port, "--port").unwrap(), port);
    }

    #[test]
    fn no_port_is_handed_out_twice_nor_one_that_a_connection_may_leave_from() {
        let ports: BTreeSet<u16> = (0..100).map(|_| free().unwrap()).collect();
        assert_eq!(ports.len(), 100);
        assert!(ports.iter().all(|port| RANGE.contains(port)), "{ports:?}");
    }

    #[tokio::test]
    async fn a_port_that_somebody_listens_on_is_not_refused() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        assert!(!is_refused(listener.local_addr().unwrap().port()).await);
    }

    #[tokio::test]
    async fn a_port_nobody_listens_on_is_refused() {
        // Held without listening, so that nobody else can begin to.
        let held = tokio::net::TcpSocket::new_v4().unwrap();
        held.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).unwrap();
        assert!(is_refused(held.local_addr().unwrap().port()).await);
    }
}
