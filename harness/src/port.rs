//! Ports on 127.0.0.1.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// A port that was free a moment ago.
///
/// # Errors
/// If the system has none.
pub fn free() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port on 127.0.0.1")?;
    Ok(listener.local_addr()?.port())
}

/// The port asked for if it is free, an error with advice if it is not; without a wish the
/// preferred one, or any if that is taken.
///
/// # Errors
/// If the port asked for is in use. `option` is the option's name, for the message.
pub fn choose(wish: Option<u16>, preferred: u16, option: &str) -> Result<u16> {
    let is_free = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
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

    #[tokio::test]
    async fn a_port_nobody_listens_on_is_refused() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(!is_refused(port).await);
        drop(listener);
        assert!(is_refused(port).await);
    }
}
