//! Full width (全角) and half width (半角), katakana with their marks included.

use crate::mapping::Width;

/// Half-width katakana and punctuation and the full-width signs that they stand for, in Unicode's
/// order of the former (U+FF61 to U+FF9D).
const HALF: &str = "｡｢｣､･ｦｧｨｩｪｫｬｭｮｯｰｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ";
const FULL: &str = "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";
/// Katakana with a mark, and without it.
const VOICED: &str =
    "ガカギキグクゲケゴコザサジシズスゼセゾソダタヂチヅツデテドトバハビヒブフベヘボホヴウヷワヺヲ";
const HALF_VOICED: &str = "パハピヒプフペヘポホ";

/// The text in another width.
pub(crate) fn convert(text: &str, to: Width) -> String {
    match to {
        Width::Half => katakana_to_full(text).chars().map(latin_to_half).flat_map(katakana_to_half).collect(),
        Width::Full => katakana_to_full(text).chars().map(latin_to_full).collect(),
        Width::Standard => katakana_to_full(text).chars().map(latin_to_half).collect(),
    }
}

fn latin_to_half(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        '￥' => '¥',
        c => c,
    }
}

fn latin_to_full(c: char) -> char {
    match c {
        '!'..='~' => char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c),
        ' ' => '\u{3000}',
        '¥' => '￥',
        c => c,
    }
}

fn counterpart(c: char, from: &str, to: &str) -> Option<char> {
    let at = from.chars().position(|known| known == c)?;
    to.chars().nth(at)
}

/// The sign before or behind a marked one in a list of pairs.
fn unmarked(c: char, pairs: &str) -> Option<char> {
    let at = pairs.chars().step_by(2).position(|marked| marked == c)?;
    pairs.chars().nth(2 * at + 1)
}

fn marked(c: char, pairs: &str) -> Option<char> {
    let at = pairs.chars().skip(1).step_by(2).position(|plain| plain == c)?;
    pairs.chars().nth(2 * at)
}

fn katakana_to_half(c: char) -> impl Iterator<Item = char> {
    let (plain, mark) = match (unmarked(c, VOICED), unmarked(c, HALF_VOICED)) {
        (Some(plain), _) => (plain, Some('ﾞ')),
        (None, Some(plain)) => (plain, Some('ﾟ')),
        (None, None) => match c {
            '゛' => ('ﾞ', None),
            '゜' => ('ﾟ', None),
            c => (c, None),
        },
    };
    std::iter::once(counterpart(plain, FULL, HALF).unwrap_or(plain)).chain(mark)
}

/// The sign with its mark, of hiragana too: they stand as katakana do, 0x60 before.
fn composed(plain: char, pairs: &str) -> Option<char> {
    let shift = if ('ぁ'..='ゖ').contains(&plain) { 0x60 } else { 0 };
    let katakana = char::from_u32(u32::from(plain) + shift)?;
    char::from_u32(u32::from(marked(katakana, pairs)?) - shift)
}

/// Half-width katakana as full-width, and every mark with the sign before it.
fn katakana_to_full(text: &str) -> String {
    let mut full = String::with_capacity(text.len());
    let mut last = None;
    for c in text.chars() {
        let (pairs, alone) = match c {
            'ﾞ' | '\u{3099}' => (VOICED, '゛'),
            'ﾟ' | '\u{309A}' => (HALF_VOICED, '゜'),
            c => {
                last = Some(counterpart(c, HALF, FULL).unwrap_or(c));
                full.extend(last);
                continue;
            }
        };
        if let Some(marked) = last.take().and_then(|plain| composed(plain, pairs)) {
            full.pop();
            full.push(marked);
        } else {
            full.push(alone);
        }
    }
    full
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn katakana_keep_their_marks() {
        assert_eq!(convert("ガパヴー・ッ「ア」", Width::Half), "ｶﾞﾊﾟｳﾞｰ･ｯ｢ｱ｣");
        assert_eq!(convert("ｶﾞﾊﾟｳﾞｰ･ｯ｢ｱ｣", Width::Full), "ガパヴー・ッ「ア」");
        assert_eq!(convert("ﾞｱﾞｶﾞﾞ", Width::Full), "゛ア゛ガ゛");
        assert_eq!(convert("ヲンボ", Width::Half), "ｦﾝﾎﾞ");
    }

    #[test]
    fn a_mark_that_stands_apart_joins_its_sign() {
        for (text, half, full) in [
            ("か\u{3099}は\u{309A}う\u{3099}", "がぱゔ", "がぱゔ"),
            ("カ\u{3099}ハ\u{309A}", "ｶﾞﾊﾟ", "ガパ"),
            ("あ\u{3099}", "あﾞ", "あ゛"),
        ] {
            assert_eq!(convert(text, Width::Half), half);
            assert_eq!(convert(text, Width::Full), full);
            assert_eq!(convert(text, Width::Standard), full);
        }
        assert_eq!(convert("￥1", Width::Standard), "¥1");
        assert_eq!(convert("¥1", Width::Full), "￥１");
    }

    #[test]
    fn letters_digits_and_spaces_change_too() {
        assert_eq!(convert("Ａｂ１　－漢字かな", Width::Half), "Ab1 -漢字かな");
        assert_eq!(convert("Ab1 -漢", Width::Full), "Ａｂ１　－漢");
        assert_eq!(convert("Ａ社 ｶﾞｲﾄﾞ１", Width::Standard), "A社 ガイド1");
    }

    #[test]
    fn the_two_lists_stand_side_by_side() {
        assert_eq!(HALF.chars().count(), FULL.chars().count());
        assert!(HALF.chars().zip('\u{FF61}'..).all(|(a, b)| a == b));
    }

    proptest! {
        #[test]
        fn a_standard_text_survives_the_way_there_and_back(text in "[ア-ヴ。「」、・A-Za-z0-9 ]{0,20}") {
            prop_assume!(!text.contains(['ヮ', 'ヰ', 'ヱ']));
            prop_assert_eq!(convert(&convert(&text, Width::Half), Width::Standard), text);
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,20}") {
            for to in [Width::Half, Width::Full, Width::Standard] {
                let _ = convert(&text, to);
            }
        }
    }
}
