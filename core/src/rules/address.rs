//! IP addresses: blocks in CIDR notation, and addresses that are the same in another spelling.

use core::net::IpAddr;

/// A block of addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    first: IpAddr,
    bits: u32,
}

/// Reads an address. Mixed notation (`::ffff:10.0.0.1`) is none to Event Ruler.
pub(super) fn read(text: &str) -> Option<IpAddr> {
    // Most texts are no addresses, and the longest address has 39 characters.
    if text.len() > 39 || (text.contains(':') && text.contains('.')) {
        return None;
    }
    text.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

impl Block {
    /// Reads `10.0.0.0/24` or `2001:db8::/32`. A single address is no block: it is a value.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let malformed = |what: &str| format!("Malformed CIDR, {what}");
        let Some((address, mask)) =
            text.split_once('/').filter(|(_, mask)| !mask.contains('/') && !mask.is_empty())
        else {
            return Err(malformed("one '/' required"));
        };
        let mask: i32 = mask.parse().map_err(|_| malformed("mask bits must be an integer"))?;
        let bits = u32::try_from(mask).map_err(|_| malformed("mask bits must not be negative"))?;
        let first = read(address).ok_or_else(|| format!("Nonstandard IP address: {address}"))?;
        match first {
            IpAddr::V4(_) if bits > 31 => Err("IPv4 mask bits must be < 32".to_owned()),
            IpAddr::V6(_) if bits > 127 => Err("IPv6 mask bits must be < 128".to_owned()),
            _ => Ok(Self { first, bits }),
        }
    }

    pub(super) fn contains(&self, text: &str) -> bool {
        match (self.first, read(text)) {
            (IpAddr::V4(first), Some(IpAddr::V4(address))) => {
                (first.to_bits() ^ address.to_bits()).leading_zeros() >= self.bits
            }
            (IpAddr::V6(first), Some(IpAddr::V6(address))) => {
                (first.to_bits() ^ address.to_bits()).leading_zeros() >= self.bits
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_holds_its_addresses_and_no_others() {
        for (block, inside, outside) in [
            (
                "10.0.0.0/24",
                vec!["10.0.0.0", "10.0.0.255"],
                vec!["10.0.1.0", "9.255.255.255", "::", "10.0.0"],
            ),
            ("10.0.0.77/8", vec!["10.255.0.1"], vec!["11.0.0.0", "text", ""]),
            ("0.0.0.0/0", vec!["255.255.255.255"], vec!["::1"]),
            ("2001:db8::/32", vec!["2001:db8:ffff::1", "2001:0DB8::"], vec!["2001:db9::", "10.0.0.1"]),
            ("::/0", vec!["::1"], vec!["1.2.3.4"]),
        ] {
            let block = Block::read(block).unwrap();
            assert!(inside.iter().all(|text| block.contains(text)), "{block:?}");
            assert!(!outside.iter().any(|text| block.contains(text)), "{block:?}");
        }
    }

    #[test]
    fn a_malformed_block_is_refused_with_the_reason() {
        for (block, reason) in [
            ("10.0.0.0", "one '/' required"),
            ("10.0.0.0/", "one '/' required"),
            ("10.0.0.0/8/8", "one '/' required"),
            ("10.0.0.0/x", "must be an integer"),
            ("10.0.0.0/-1", "must not be negative"),
            ("10.0.0.0/32", "IPv4 mask bits must be < 32"),
            ("::/128", "IPv6 mask bits must be < 128"),
            ("xx.11.xx/8", "Nonstandard IP address: xx.11.xx"),
            ("host.example.com/8", "Nonstandard IP address"),
        ] {
            assert!(Block::read(block).unwrap_err().contains(reason), "{block}");
        }
    }
}
