//! Finds the platforms that may claim a sender.

use super::{platform::Platform, word_set::WordMap};

/// Index of platforms by their sender addresses and domains.
pub struct SenderIndex {
    platforms: WordMap<Vec<usize>>,
    /// Platforms with a `*` in a domain; they may claim any sender.
    with_wildcard: Vec<usize>,
}

impl SenderIndex {
    pub fn new(platforms: &[Platform]) -> Self {
        let mut index = Self {
            platforms: WordMap::default(),
            with_wildcard: Vec::new(),
        };
        for (number, platform) in platforms.iter().enumerate() {
            let senders = platform.sender_addresses.iter().chain(&platform.sender_domains);
            for sender in senders.chain(&platform.ignored_senders) {
                if sender.contains('*') {
                    index.with_wildcard.push(number);
                } else {
                    index.platforms.entry(sender.clone()).or_default().push(number);
                }
            }
        }
        index
    }

    /// The indexes of the platforms that may claim an address, in ascending order.
    pub fn platforms_of(&self, from: &str) -> Vec<usize> {
        let mut found = self.with_wildcard.clone();
        let mut add = |sender: &str| found.extend(self.platforms.get(sender).into_iter().flatten());
        add(from);
        let mut rest = from.rsplit_once('@').map(|(_, host)| host);
        while let Some(domain) = rest {
            add(domain);
            rest = domain.split_once('.').map(|(_, parent)| parent);
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}
