//! Gmail labels in the files of Google Takeout, which are in the language of the account.

use super::encoded_word;

/// Maximum number of labels read from a message; the rest are ignored.
const MAX_LABELS: usize = 100;
const MAX_LABEL_LEN: usize = 225;

/// Gmail's label for spam in many languages, in lower case, as are the other lists.
const SPAM: &[&str] = &[
    "spam",
    "junk",
    "skräppost",
    "søppelpost",
    "roskaposti",
    "levélszemét",
    "спам",
    "ανεπιθύμητα",
    "ανεπιθύμητη αλληλογραφία",
    "ספאם",
    "דואר זבל",
    "غير مرغوب فيه",
    "رسائل غير مرغوب فيها",
    "هرزنامه",
    "स्पैम",
    "สแปม",
    "จดหมายขยะ",
    "thư rác",
    "迷惑メール",
    "스팸",
    "스팸함",
    "垃圾邮件",
    "垃圾郵件",
    "correu brossa",
    "neželjena pošta",
    "непожељно",
    "vsiljena pošta",
    "šlamštas",
    "brukalas",
    "mēstules",
    "rämpspost",
    "pourriel",
    "correo no deseado",
];
const DRAFTS: &[&str] = &[
    "drafts",
    "draft",
    "entwürfe",
    "entwurf",
    "brouillons",
    "brouillon",
    "borradores",
    "borrador",
    "rascunhos",
    "rascunho",
    "bozze",
    "bozza",
    "concepten",
    "concept",
    "taslaklar",
    "taslak",
    "wersje robocze",
    "robocze",
    "szkice",
    "utkast",
    "kladder",
    "kladde",
    "luonnokset",
    "luonnos",
    "koncepty",
    "koncept",
    "piszkozatok",
    "piszkozat",
    "mesaje nefinalizate",
    "schițe",
    "черновики",
    "черновик",
    "чернетки",
    "чернови",
    "πρόχειρα",
    "טיוטות",
    "المسودات",
    "مسودات",
    "پیش‌نویس‌ها",
    "ड्राफ़्ट",
    "ร่างจดหมาย",
    "ร่าง",
    "thư nháp",
    "bản nháp",
    "draf",
    "下書き",
    "임시보관함",
    "草稿",
    "esborranys",
    "skice",
    "недовршене",
    "osnutki",
    "juodraščiai",
    "melnraksti",
    "mustandid",
];
const CHATS: &[&str] = &[
    "chats",
    "chat",
    "hangouts",
    "discussions",
    "bate-papos",
    "bate-papo",
    "conversas",
    "sohbetler",
    "sohbet",
    "czaty",
    "czat",
    "chattar",
    "chatt",
    "nettprat",
    "chatit",
    "keskustelut",
    "chaty",
    "čety",
    "csevegések",
    "csevegés",
    "чаты",
    "чат",
    "чати",
    "συνομιλίες",
    "συζητήσεις",
    "צ'אטים",
    "צ'אט",
    "דו-שיח",
    "الدردشات",
    "محادثات",
    "चैट",
    "แชท",
    "trò chuyện",
    "チャット",
    "채팅",
    "聊天",
    "聊天记录",
    "即時通訊",
    "xats",
];
const SENT: &[&str] = &[
    "sent",
    "sent mail",
    "gesendet",
    "messages envoyés",
    "envoyés",
    "envoyé",
    "enviados",
    "enviado",
    "enviadas",
    "e-mails enviados",
    "correio enviado",
    "inviati",
    "inviata",
    "posta inviata",
    "verzonden",
    "gönderilmiş postalar",
    "gönderilmiş",
    "gönderilenler",
    "gönderildi",
    "wysłane",
    "skickat",
    "skickade",
    "sendt",
    "sendte",
    "lähetetyt",
    "odeslané",
    "odeslaná pošta",
    "odoslané",
    "elküldött",
    "elküldött levelek",
    "mesaje trimise",
    "trimise",
    "отправленные",
    "надіслані",
    "изпратени",
    "απεσταλμένα",
    "דואר שנשלח",
    "נשלח",
    "البريد المرسل",
    "مرسلة",
    "भेजे गए",
    "भेजा गया",
    "จดหมายที่ส่งแล้ว",
    "ส่งแล้ว",
    "thư đã gửi",
    "đã gửi",
    "terkirim",
    "送信済み",
    "送信済みメール",
    "보낸편지함",
    "已发邮件",
    "已发送",
    "寄件備份",
    "已傳送",
    "enviats",
];

/// Decodes the value of an `X-Gmail-Labels` header. Labels that contain a comma are in quotes.
pub fn parse(raw: &[u8]) -> Vec<String> {
    let value = encoded_word::decode_header(raw);
    let mut labels = vec![String::new()];
    let mut is_quoted = false;
    for c in value.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            ',' | '，' if !is_quoted => {
                if labels.len() >= MAX_LABELS {
                    break;
                }
                labels.push(String::new());
            }
            _ => {
                if let Some(label) = labels.last_mut().filter(|l| l.len() < MAX_LABEL_LEN) {
                    label.push(c);
                }
            }
        }
    }
    for label in &mut labels {
        *label = label.trim().to_owned();
    }
    labels.retain(|label| !label.is_empty());
    labels
}

fn has_any(labels: &[String], names: &[&str]) -> bool {
    labels.iter().any(|label| {
        // Lowercasing the Turkish İ adds a combining dot.
        let lower = label.to_lowercase().replace('\u{307}', "");
        names.contains(&lower.as_str())
    })
}

/// Whether a message is spam, a draft or a chat, which are not imported. Messages in the trash are not excluded.
pub fn is_excluded(labels: &[String]) -> bool {
    has_any(labels, SPAM) || has_any(labels, DRAFTS) || has_any(labels, CHATS)
}

/// Whether the user sent the message.
pub fn is_sent(labels: &[String]) -> bool {
    has_any(labels, SENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_decoded_in_any_language() {
        assert_eq!(
            parse("=?UTF-8?Q?Papierkorb,Ge=C3=B6ffnet,\"a,_b\"?=".as_bytes()),
            ["Papierkorb", "Geöffnet", "a, b"]
        );
        assert_eq!(parse(b"Inbox, Important"), ["Inbox", "Important"]);
        assert_eq!(
            parse(b"=?UTF-8?Q?Bo=C3=AEte_de_r=C3=A9ception,?=\r\n =?UTF-8?Q?Brouillons?="),
            ["Boîte de réception", "Brouillons"]
        );
        assert!(parse(b"").is_empty());
        assert_eq!(parse("a,".repeat(5_000).as_bytes()).len(), MAX_LABELS);
    }

    #[test]
    fn spam_drafts_and_chats_are_excluded_and_trash_is_not() {
        for label in [
            "Spam",
            "SPAM",
            "Entwürfe",
            "Brouillons",
            "迷惑メール",
            "Чат",
            "Taslaklar",
            "Chat",
            "Skräppost",
        ] {
            assert!(
                is_excluded(&["Important".to_owned(), label.to_owned()]),
                "{label}"
            );
        }
        for label in [
            "Trash",
            "Papierkorb",
            "Corbeille",
            "Inbox",
            "Spam and offers",
            "Jobs/Chat",
        ] {
            assert!(!is_excluded(&[label.to_owned()]), "{label}");
        }
        assert!(is_sent(&["Gesendet".to_owned()]));
        assert!(!is_sent(&["Posteingang".to_owned()]));
    }
}
