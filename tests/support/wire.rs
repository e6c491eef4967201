//! PDUs of PS3.8 9.3 and command sets of PS3.7 6.3, byte by byte.

pub(crate) const VERIFICATION: &[u8] = b"1.2.840.10008.1.1";
pub(crate) const CT_STORAGE: &[u8] = b"1.2.840.10008.5.1.4.1.1.2";
pub(crate) const IMPLICIT: &[u8] = b"1.2.840.10008.1.2";
pub(crate) const EXPLICIT: &[u8] = b"1.2.840.10008.1.2.1";
pub(crate) const APPLICATION_CONTEXT: &[u8] = b"1.2.840.10008.3.1.1.1";

/// A PDU of any type.
pub(crate) fn pdu(pdu_type: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap();
    [&[pdu_type, 0], &length.to_be_bytes()[..], body].concat()
}

/// The first six bytes of a PDU, saying what they like.
pub(crate) fn header(pdu_type: u8, length: u32) -> Vec<u8> {
    [&[pdu_type, 0], &length.to_be_bytes()[..]].concat()
}

/// An item or sub-item of an A-ASSOCIATE.
pub(crate) fn item(item_type: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len()).unwrap();
    [&[item_type, 0], &length.to_be_bytes()[..], body].concat()
}

/// A presentation context of an A-ASSOCIATE-RQ (PS3.8 9.3.2.2).
pub(crate) fn context(id: u8, abstract_syntax: &[u8], transfer_syntaxes: &[&[u8]]) -> Vec<u8> {
    let mut body = vec![id, 0, 0, 0];
    body.extend(item(0x30, abstract_syntax));
    transfer_syntaxes.iter().for_each(|uid| body.extend(item(0x40, uid)));
    item(0x20, &body)
}

/// A presentation context of an A-ASSOCIATE-AC (PS3.8 9.3.3.2).
pub(crate) fn answered_context(id: u8, result: u8, transfer_syntax: &[u8]) -> Vec<u8> {
    item(0x21, &[&[id, 0, result, 0], &item(0x40, transfer_syntax)[..]].concat())
}

/// The sub-items of user information that everybody sends.
pub(crate) fn user_information(maximum_length: u32) -> Vec<u8> {
    [item(0x51, &maximum_length.to_be_bytes()), item(0x52, b"1.2.826.0.1.3680043.9.9999.1")].concat()
}

/// An A-ASSOCIATE-RQ in parts, each of which a test may get wrong.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) version: u16,
    pub(crate) reserved: u8,
    pub(crate) called: [u8; 16],
    pub(crate) calling: [u8; 16],
    /// Whole items.
    pub(crate) items: Vec<Vec<u8>>,
    pub(crate) contexts: Vec<Vec<u8>>,
    /// Sub-items.
    pub(crate) user: Vec<u8>,
}

impl Default for Request {
    fn default() -> Self {
        Self {
            version: 1,
            reserved: 0,
            called: *b"ANY-SCP         ",
            calling: *b"ECHOSCU         ",
            items: vec![item(0x10, APPLICATION_CONTEXT)],
            contexts: vec![context(1, VERIFICATION, &[IMPLICIT])],
            user: user_information(16384),
        }
    }
}

impl Request {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut body = self.version.to_be_bytes().to_vec();
        body.extend([self.reserved; 2]);
        body.extend(self.called);
        body.extend(self.calling);
        body.extend([self.reserved; 32]);
        self.items.iter().chain(&self.contexts).for_each(|item| body.extend(item));
        body.extend(item(0x50, &self.user));
        pdu(1, &body)
    }
}

/// The A-ASSOCIATE-RQ that nothing is wrong with: Verification, context 1, implicit VR.
pub(crate) fn associate_rq() -> Vec<u8> {
    Request::default().bytes()
}

/// The A-ASSOCIATE-AC that answers it, as a peer would send it.
pub(crate) fn associate_ac(maximum_length: u32, contexts: &[Vec<u8>]) -> Vec<u8> {
    let mut body = vec![0, 1, 0, 0];
    body.extend(b"ANY-SCP         ECHOSCU         ");
    body.extend([0; 32]);
    body.extend(item(0x10, APPLICATION_CONTEXT));
    contexts.iter().for_each(|context| body.extend(context));
    body.extend(item(0x50, &user_information(maximum_length)));
    pdu(2, &body)
}

pub(crate) fn associate_rj(result: u8, source: u8, reason: u8) -> Vec<u8> {
    pdu(3, &[0, result, source, reason])
}

pub(crate) fn release_rq() -> Vec<u8> {
    pdu(5, &[0; 4])
}

pub(crate) fn release_rp() -> Vec<u8> {
    pdu(6, &[0; 4])
}

pub(crate) fn abort(source: u8, reason: u8) -> Vec<u8> {
    pdu(7, &[0, 0, source, reason])
}

pub(crate) const COMMAND: u8 = 1;
pub(crate) const LAST: u8 = 2;

/// A presentation data value (PS3.8 9.3.5.1); `control` is [`COMMAND`], [`LAST`], both or none.
pub(crate) fn pdv(id: u8, control: u8, bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len() + 2).unwrap();
    [&length.to_be_bytes()[..], &[id, control], bytes].concat()
}

/// A P-DATA-TF of one PDV.
pub(crate) fn data_tf(id: u8, control: u8, bytes: &[u8]) -> Vec<u8> {
    pdu(4, &pdv(id, control, bytes))
}

/// An element of group 0000, implicit VR little endian.
pub(crate) fn element(number: u16, value: &[u8]) -> Vec<u8> {
    let length = u32::try_from(value.len()).unwrap();
    [&[0, 0], &number.to_le_bytes()[..], &length.to_le_bytes()[..], value].concat()
}

/// Elements behind their group length (0000,0000).
pub(crate) fn command_set(elements: &[Vec<u8>]) -> Vec<u8> {
    let elements = elements.concat();
    let length = u32::try_from(elements.len()).unwrap();
    [element(0, &length.to_le_bytes()), elements].concat()
}

/// A UID padded to even length.
pub(crate) fn padded(uid: &[u8]) -> Vec<u8> {
    let mut bytes = uid.to_vec();
    bytes.resize(uid.len().next_multiple_of(2), 0);
    bytes
}

/// What is stored: C-STORE messages name an instance.
const INSTANCE: &[u8] = b"1.2.826.0.1.3680043.2.1143";

fn instance_of(field: u16) -> Vec<u8> {
    if field & 0x7FFF == 0x0001 { element(0x1000, &padded(INSTANCE)) } else { Vec::new() }
}

/// A request or response without a data set: the elements that all have.
pub(crate) fn request_command(sop_class: &[u8], field: u16, message_id: u16, has_data_set: bool) -> Vec<u8> {
    let data_set_type: u16 = if has_data_set { 0x0001 } else { 0x0101 };
    command_set(&[
        element(0x0002, &padded(sop_class)),
        element(0x0100, &field.to_le_bytes()),
        element(0x0110, &message_id.to_le_bytes()),
        element(0x0800, &data_set_type.to_le_bytes()),
        instance_of(field),
    ])
}

pub(crate) fn response_command(sop_class: &[u8], field: u16, message_id: u16, status: u16) -> Vec<u8> {
    command_set(&[
        element(0x0002, &padded(sop_class)),
        element(0x0100, &field.to_le_bytes()),
        element(0x0120, &message_id.to_le_bytes()),
        element(0x0800, &0x0101_u16.to_le_bytes()),
        element(0x0900, &status.to_le_bytes()),
        instance_of(field),
    ])
}

pub(crate) const C_ECHO_RQ: u16 = 0x0030;
pub(crate) const C_ECHO_RSP: u16 = 0x8030;

/// A C-ECHO-RQ in one PDU.
pub(crate) fn echo_rq(id: u8, message_id: u16) -> Vec<u8> {
    data_tf(id, COMMAND | LAST, &request_command(VERIFICATION, C_ECHO_RQ, message_id, false))
}

/// The answer to it, success, in one PDU.
pub(crate) fn echo_rsp(id: u8, message_id: u16) -> Vec<u8> {
    data_tf(id, COMMAND | LAST, &response_command(VERIFICATION, C_ECHO_RSP, message_id, 0))
}

/// The PDVs of a P-DATA-TF: context, control, bytes.
pub(crate) fn pdvs(data_tf: &[u8]) -> Vec<(u8, u8, Vec<u8>)> {
    assert_eq!(data_tf[0], 4, "a P-DATA-TF");
    let mut rest = &data_tf[6..];
    let mut found = Vec::new();
    while !rest.is_empty() {
        let length = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
        found.push((rest[4], rest[5], rest[6..4 + length].to_vec()));
        rest = &rest[4 + length..];
    }
    found
}
