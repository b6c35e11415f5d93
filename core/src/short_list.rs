//! Lists of some tens of things.

/// Sorts by a key; what is equal stays in its order. The standard library's sorting is made for long
/// lists, and compiled for each type it was a twentieth of what a view fetches.
pub(crate) fn sort_by_key<T, K: Ord>(list: &mut [T], key: impl Fn(&T) -> K) {
    for sorted in 1..list.len() {
        let mut at = sorted;
        while at > 0 && key(&list[at]) < key(&list[at - 1]) {
            list.swap(at, at - 1);
            at -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_sorts_as_the_standard_library_does(mut list in proptest::collection::vec((0u8..5, any::<u8>()), 0..20)) {
            let mut expected = list.clone();
            expected.sort_by_key(|(key, _)| *key);
            super::sort_by_key(&mut list, |(key, _)| *key);
            prop_assert_eq!(list, expected);
        }
    }
}
