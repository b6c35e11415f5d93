//! IP addresses: blocks in CIDR notation, and addresses that are the same in another spelling.
//!
//! Read as the standard library reads them, whose reader of every notation was a hundredth of what a view
//! fetches.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::text_search;

/// A block of addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    first: IpAddr,
    bits: u32,
}

/// Reads an address. Mixed notation (`::ffff:10.0.0.1`) is none to Event Ruler.
pub(super) fn read(text: &str) -> Option<IpAddr> {
    // Most texts are no addresses, and the longest address has 39 characters.
    if text.len() > 39 {
        return None;
    }
    let address: IpAddr = if text_search::contains(text, ":") { v6(text)?.into() } else { v4(text)?.into() };
    Some(address.to_canonical())
}

/// Four numbers up to 255, without zeros before them.
fn v4(text: &str) -> Option<Ipv4Addr> {
    let mut bytes = [0; 4];
    let mut parts = text_search::split(text, ".").into_iter();
    for byte in &mut bytes {
        let part = parts.next().filter(|part| part.len() == 1 || !part.starts_with('0'))?;
        *byte = u8::try_from(number(part, 10, 3)?).ok()?;
    }
    parts.next().is_none().then(|| bytes.into())
}

/// Eight groups of up to four hexadecimal digits; `::` stands for one group of zeros or more.
fn v6(text: &str) -> Option<Ipv6Addr> {
    let (head, tail) = text_search::split_once(text, "::").map_or((text, None), |(h, t)| (h, Some(t)));
    let (head, after) = (groups(head)?, groups(tail.unwrap_or_default())?);
    let zeros = 8usize.checked_sub(head.len() + after.len())?;
    if (zeros > 0) != tail.is_some() {
        return None;
    }
    let all = [head, vec![0; zeros], after].concat();
    <[u16; 8]>::try_from(all).ok().map(Ipv6Addr::from)
}

fn groups(text: &str) -> Option<Vec<u16>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    let groups = text_search::split(text, ":").into_iter();
    groups.map(|group| u16::try_from(number(group, 16, 4)?).ok()).collect()
}

/// A number of one digit up to so many.
fn number(text: &str, radix: u32, most: usize) -> Option<u32> {
    if text.is_empty() || text.len() > most {
        return None;
    }
    text.chars().try_fold(0, |number, digit| Some(number * radix + digit.to_digit(radix)?))
}

impl Block {
    /// Reads `10.0.0.0/24` or `2001:db8::/32`. A single address is no block: it is a value.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let malformed = |what: &str| ["Malformed CIDR, ", what].concat();
        let Some((address, mask)) = text_search::split_once(text, "/")
            .filter(|(_, mask)| !text_search::contains(mask, "/") && !mask.is_empty())
        else {
            return Err(malformed("one '/' required"));
        };
        let mask: i32 = mask.parse().map_err(|_| malformed("mask bits must be an integer"))?;
        let bits = u32::try_from(mask).map_err(|_| malformed("mask bits must not be negative"))?;
        let first = read(address).ok_or_else(|| ["Nonstandard IP address: ", address].concat())?;
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
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_is_read_as_the_standard_library_reads_it(text in "[0-9a-fF.:]{0,12}|(1?[0-9]{0,2}[.]){3}[0-9]{1,3}|([0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|([0-9a-f]{1,4}:){0,6}:([0-9a-f]{1,4}:){0,3}[0-9a-f]{0,4}") {
            let theirs = text.parse::<IpAddr>().ok().filter(|_| !(text.contains(':') && text.contains('.')));
            prop_assert_eq!(read(&text), theirs.map(|address| address.to_canonical()));
        }

        #[test]
        fn any_address_is_read(four: [u8; 4], six: [u16; 8], zeros in 0..8usize) {
            let mut with_zeros = six;
            with_zeros[..zeros].fill(0);
            for address in [IpAddr::from(four), IpAddr::from(six), IpAddr::from(with_zeros)] {
                let text = address.to_string();
                if !(text.contains(':') && text.contains('.')) {
                    prop_assert_eq!(read(&text), Some(address.to_canonical()));
                }
            }
        }
    }

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
