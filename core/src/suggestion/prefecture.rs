//! Japan's prefectures, as people and Stripe's forms write them.

use super::name::normal_option;
use crate::ByName;

/// Each as it is called without 都, 府 or 県, and in Latin letters.
const PREFECTURES: &str = "北海道 Hokkaido 青森 Aomori 岩手 Iwate 宮城 Miyagi 秋田 Akita 山形 Yamagata 福島 Fukushima \
    茨城 Ibaraki 栃木 Tochigi 群馬 Gunma 埼玉 Saitama 千葉 Chiba 東京 Tokyo 神奈川 Kanagawa 新潟 Niigata 富山 Toyama \
    石川 Ishikawa 福井 Fukui 山梨 Yamanashi 長野 Nagano 岐阜 Gifu 静岡 Shizuoka 愛知 Aichi 三重 Mie 滋賀 Shiga 京都 Kyoto \
    大阪 Osaka 兵庫 Hyogo 奈良 Nara 和歌山 Wakayama 鳥取 Tottori 島根 Shimane 岡山 Okayama 広島 Hiroshima 山口 Yamaguchi \
    徳島 Tokushima 香川 Kagawa 愛媛 Ehime 高知 Kochi 福岡 Fukuoka 佐賀 Saga 長崎 Nagasaki 熊本 Kumamoto 大分 Oita \
    宮崎 Miyazaki 鹿児島 Kagoshima 沖縄 Okinawa";

/// What each way of writing a prefecture becomes among these options. Other options stand for themselves.
pub(super) fn among(options: &[String]) -> ByName<String> {
    let mut among = ByName::new();
    for option in options {
        let name = normal_option(option);
        let mut words = PREFECTURES.split(' ');
        while let (Some(short), Some(latin)) = (words.next(), words.next()) {
            let end = match short {
                "北海道" => "",
                "東京" => "都",
                "大阪" | "京都" => "府",
                _ => "県",
            };
            let whole = [short, end].concat();
            if name == whole || name == short || name.eq_ignore_ascii_case(latin) {
                for written in [&whole, short, latin] {
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
