//! Japan's prefectures, as people and Stripe's forms write them.

use super::name::normal_option;
use crate::ByName;

/// Each in Japanese and in Latin letters.
const PREFECTURES: &str = "北海道 Hokkaido 青森県 Aomori 岩手県 Iwate 宮城県 Miyagi 秋田県 Akita 山形県 Yamagata \
    福島県 Fukushima 茨城県 Ibaraki 栃木県 Tochigi 群馬県 Gunma 埼玉県 Saitama 千葉県 Chiba \
    東京都 Tokyo 神奈川県 Kanagawa 新潟県 Niigata 富山県 Toyama 石川県 Ishikawa 福井県 Fukui \
    山梨県 Yamanashi 長野県 Nagano 岐阜県 Gifu 静岡県 Shizuoka 愛知県 Aichi 三重県 Mie \
    滋賀県 Shiga 京都府 Kyoto 大阪府 Osaka 兵庫県 Hyogo 奈良県 Nara 和歌山県 Wakayama \
    鳥取県 Tottori 島根県 Shimane 岡山県 Okayama 広島県 Hiroshima 山口県 Yamaguchi \
    徳島県 Tokushima 香川県 Kagawa 愛媛県 Ehime 高知県 Kochi 福岡県 Fukuoka 佐賀県 Saga \
    長崎県 Nagasaki 熊本県 Kumamoto 大分県 Oita 宮崎県 Miyazaki 鹿児島県 Kagoshima \
    沖縄県 Okinawa";

/// What each way of writing a prefecture becomes among these options. Other options stand for themselves.
pub(super) fn among(options: &[String]) -> ByName<String> {
    let mut among = ByName::new();
    for option in options {
        let name = normal_option(option);
        let mut words = PREFECTURES.split(' ');
        while let (Some(whole), Some(latin)) = (words.next(), words.next()) {
            let short = whole.strip_suffix(['都', '府', '県']).unwrap_or(whole);
            if name == whole || name == short || name.eq_ignore_ascii_case(latin) {
                for written in [whole, short, latin] {
                    among.insert(written.to_owned(), option.clone());
                }
            }
        }
        among.insert(option.clone(), option.clone());
    }
    among
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefecture_goes_to_its_option_however_it_is_written() {
        let options = ["01.北海道", "東京", "大阪府", "Kyoto", "海外"].map(str::to_owned);
        let among = among(&options);
        for (state, option) in [
            ("北海道", "01.北海道"),
            ("Hokkaido", "01.北海道"),
            ("東京都", "東京"),
            ("Tokyo", "東京"),
            ("大阪", "大阪府"),
            ("京都府", "Kyoto"),
            ("海外", "海外"),
        ] {
            assert_eq!(among.get(state).map(String::as_str), Some(option), "{state}");
        }
        assert_eq!((among.get("奈良県"), among.get("")), (None, None));
    }

    #[test]
    fn there_are_47_prefectures() {
        assert_eq!(PREFECTURES.split(' ').count(), 94);
    }
}
