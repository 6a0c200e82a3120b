//! A DNS server that knows some TXT records, and no other name.

use hickory_resolver::proto::{
    op::{Message, ResponseCode},
    rr::{RData, Record, rdata::TXT},
};
use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
};
use tokio::net::UdpSocket;

pub struct DnsServer {
    pub address: SocketAddr,
    records: Arc<Mutex<BTreeMap<String, String>>>,
}

impl DnsServer {
    pub async fn start() -> Self {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a socket");
        let address = socket.local_addr().expect("an address");
        let records = Arc::new(Mutex::new(BTreeMap::new()));
        tokio::spawn(serve(socket, records.clone()));
        Self { address, records }
    }

    pub fn set(&self, name: &str, text: &str) {
        let mut records = self.records.lock().expect("records");
        records.insert(format!("{name}."), text.to_owned());
    }

    pub fn clear(&self) {
        self.records.lock().expect("records").clear();
    }
}

async fn serve(socket: UdpSocket, records: Arc<Mutex<BTreeMap<String, String>>>) {
    let mut buffer = [0; 4096];
    while let Ok((length, client)) = socket.recv_from(&mut buffer).await {
        let query = Message::from_vec(&buffer[..length]).expect("a query");
        let question = query.queries.first().expect("a question").clone();
        let mut response = Message::response(query.metadata.id, query.metadata.op_code);
        response.add_query(question.clone());
        let text = records
            .lock()
            .expect("records")
            .get(&question.name().to_string().to_lowercase())
            .cloned();
        match text {
            Some(text) => {
                let data = RData::TXT(TXT::new(vec!["another=record".into(), String::new()]));
                response.add_answer(Record::from_rdata(question.name().clone(), 60, data));
                // Long values consist of several strings.
                let (first, second) = text.split_at(20);
                let data = RData::TXT(TXT::new(vec![first.into(), second.into()]));
                response.add_answer(Record::from_rdata(question.name().clone(), 60, data));
            }
            None => response.metadata.response_code = ResponseCode::NXDomain,
        }
        let response = response.to_vec().expect("a response");
        socket.send_to(&response, client).await.expect("sent");
    }
}
