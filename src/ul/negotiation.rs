//! What an A-ASSOCIATE-RQ and its answer must be to each other.
//!
//! The checks inside AE-6 and of an A-ASSOCIATE-AC that arrives, the sub-items that we must not
//! leave out, and the merge of request and answer. PS3.8 7.1, 9.3.2, 9.3.3; PS3.7 Annex D.
//! Functions from values to values: this file must know no state and emit nothing.

use super::error::{ContextProblem, RequestError};
use super::primitives::Config;
use crate::pdu::{Associate, AssociateForm, PduError, PresentationContext, Rejection, Uid};

/// Bit of the protocol version that stands for version 1, and the only one that is looked at (PS3.8 9.3.2).
const PROTOCOL_VERSION_1: u16 = 0x0001;

/// Result of a presentation context: acceptance (PS3.8 Table 9-18).
const ACCEPTANCE: u8 = 0;
/// No reason, provider rejection: the answer to contexts that the user's answer leaves out.
const NO_REASON: u8 = 2;
/// Transfer syntaxes not supported, the highest result of PS3.8 Table 9-18.
const RESULT_MAX: u8 = 4;

/// AE-6: the A-ASSOCIATE-RQ's protocol version has no bit 0 (PS3.8 Table 9-21: permanent, ACSE provider).
const REJECT_PROTOCOL_VERSION: Rejection = Rejection { result: 1, source: 2, reason: 2 };
/// AE-6: another application context than DICOM's (PS3.8 Table 9-21: permanent, service-user).
const REJECT_APPLICATION_CONTEXT: Rejection = Rejection { result: 1, source: 1, reason: 2 };
/// AE-6: presentation contexts that break PS3.8 9.3.2.2 (Table 9-21: permanent, ACSE provider, no reason given).
///
/// The request could be read, so it is not the "invalid PDU" of Evt19; it is one that the service-provider
/// cannot accept, for which AE-6 has the A-ASSOCIATE-RJ. Table 9-21 knows no better reason.
const REJECT_PRESENTATION_CONTEXTS: Rejection = Rejection { result: 1, source: 2, reason: 1 };

/// AE-6: is this A-ASSOCIATE-RQ acceptable to the service-provider?
///
/// Blank AE titles are: who may call is the application's decision.
///
/// # Errors
/// The rejection to send.
pub(super) fn check_request(request: &Associate) -> Result<(), Rejection> {
    if request.protocol_version & PROTOCOL_VERSION_1 == 0 {
        return Err(REJECT_PROTOCOL_VERSION);
    }
    if request.application_context != Uid::APPLICATION_CONTEXT {
        return Err(REJECT_APPLICATION_CONTEXT);
    }
    check_proposal(request).map_err(|_| REJECT_PRESENTATION_CONTEXTS)
}

/// The request as it will be sent: the user's, with the sub-items we must send filled in.
///
/// # Errors
/// [`RequestError::Form`], [`RequestError::NoPresentationContext`], [`RequestError::PresentationContext`].
pub(super) fn complete_request(request: &Associate, config: &Config) -> Result<Associate, RequestError> {
    if request.form != AssociateForm::Request {
        return Err(RequestError::Form { found: request.form });
    }
    check_proposal(request)?;
    let mut request = request.clone();
    if request.application_context.is_empty() {
        request.application_context = Uid::APPLICATION_CONTEXT;
    }
    fill_user_information(&mut request, config);
    Ok(request)
}

/// The answer as it will be sent: the user's, completed to one answer for each proposed context, in the
/// request's order, with the AE titles of the request and the sub-items we must send.
///
/// # Errors
/// [`RequestError::Form`], [`RequestError::PresentationContext`].
pub(super) fn complete_accept(
    accept: &Associate,
    request: &Associate,
    config: &Config,
) -> Result<Associate, RequestError> {
    if accept.form != AssociateForm::Accept {
        return Err(RequestError::Form { found: accept.form });
    }
    check_ids(&accept.presentation_contexts)?;
    for answer in &accept.presentation_contexts {
        check_own_answer(answer, request)?;
    }
    let answers = request.presentation_contexts.iter().map(|proposal| answer_to(proposal, accept));
    // Each by name: to clone it whole would clone the contexts, too.
    let mut completed = Associate {
        form: accept.form,
        protocol_version: accept.protocol_version,
        called_ae_title: request.called_ae_title,
        calling_ae_title: request.calling_ae_title,
        application_context: accept.application_context,
        presentation_contexts: answers.collect(),
        maximum_length: accept.maximum_length,
        implementation_class_uid: accept.implementation_class_uid,
        implementation_version_name: accept.implementation_version_name,
        asynchronous_operations: accept.asynchronous_operations,
        role_selections: accept.role_selections.clone(),
        extended_negotiations: accept.extended_negotiations.clone(),
        user_items: accept.user_items.clone(),
    };
    if completed.application_context.is_empty() {
        completed.application_context = request.application_context;
    }
    fill_user_information(&mut completed, config);
    Ok(completed)
}

/// An A-ASSOCIATE-AC that arrived, merged with the request it answers: abstract syntaxes, which an AC does not
/// carry, and AE titles, which are reserved in it and not to be tested, come from the request.
///
/// A context that the peer did not answer is not accepted, and absent from the result. A result above 4
/// refuses, as 1 to 4 do.
///
/// # Errors
/// What is invalid in the answer; the reason to abort with is 6.
pub(super) fn merge_accept(mut accept: Associate, request: &Associate) -> Result<Associate, PduError> {
    if accept.protocol_version & PROTOCOL_VERSION_1 == 0 {
        return Err(PduError::InvalidParameterValue {
            what: "protocol version of an A-ASSOCIATE-AC",
            found: accept.protocol_version.into(),
            expected: "bit 0 set",
        });
    }
    check_ids(&accept.presentation_contexts).map_err(|error| invalid_answer(error.id))?;
    for answer in &mut accept.presentation_contexts {
        let proposal = request
            .presentation_contexts
            .iter()
            .find(|proposal| proposal.id == answer.id)
            .ok_or_else(|| invalid_answer(answer.id))?;
        if answer.result == ACCEPTANCE {
            // Exactly one: with two the peer has not said which one it will send.
            match answer.transfer_syntaxes.as_slice() {
                [accepted] if proposal.transfer_syntaxes.contains(accepted) => {}
                _ => return Err(invalid_answer(answer.id)),
            }
        }
        answer.abstract_syntax = proposal.abstract_syntax;
        answer.transfer_syntaxes.shrink_to_fit();
    }
    accept.presentation_contexts.shrink_to_fit();
    accept.called_ae_title = request.called_ae_title;
    accept.calling_ae_title = request.calling_ae_title;
    Ok(accept)
}

/// The IDs of the accepted contexts: bit n stands for ID 2n + 1, since IDs are odd.
fn accepted_ids(negotiated: &Associate) -> u128 {
    negotiated
        .presentation_contexts
        .iter()
        .filter(|context| context.result == ACCEPTANCE)
        .fold(0, |ids, context| ids | bit_of(context.id))
}

/// Which presentation contexts are accepted, for one who asks for every PDV.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AcceptedContexts(u128);

impl AcceptedContexts {
    pub(super) fn of(negotiated: &Associate) -> Self {
        Self(accepted_ids(negotiated))
    }

    /// Was this one?
    pub fn contains(self, presentation_context_id: u8) -> bool {
        self.0 & bit_of(presentation_context_id) != 0
    }
}

/// The bit of [`accepted_ids`] for this ID; 0 for an even one, which no context can have.
fn bit_of(id: u8) -> u128 {
    if id % 2 == 1 { 1 << (id / 2) } else { 0 }
}

/// Is this a row of PS3.8 Table 9-21?
pub(super) fn is_rejection(rejection: Rejection) -> bool {
    matches!(rejection.result, 1 | 2)
        && matches!((rejection.source, rejection.reason), (1, 1 | 2 | 3 | 7) | (2, 1 | 2) | (3, 1 | 2))
}

/// What is wrong with which context.
#[derive(Clone, Copy, Debug)]
struct ContextError {
    id: u8,
    problem: ContextProblem,
}

impl From<ContextError> for RequestError {
    fn from(error: ContextError) -> Self {
        Self::PresentationContext { id: error.id, problem: error.problem }
    }
}

/// PS3.8 9.3.2 and 9.3.2.2: one context or more, each with an odd ID of its own and a transfer syntax.
fn check_proposal(request: &Associate) -> Result<(), RequestError> {
    let contexts = &request.presentation_contexts;
    if contexts.is_empty() {
        return Err(RequestError::NoPresentationContext);
    }
    check_ids(contexts)?;
    // A transfer syntax of no bytes names none.
    match contexts.iter().find(|context| context.transfer_syntaxes.iter().all(Uid::is_empty)) {
        Some(context) => Err(RequestError::PresentationContext {
            id: context.id,
            problem: ContextProblem::NoTransferSyntax,
        }),
        None => Ok(()),
    }
}

/// IDs are odd, and no two are the same.
fn check_ids(contexts: &[PresentationContext]) -> Result<(), ContextError> {
    let mut seen = 0;
    for context in contexts {
        let id = context.id;
        let bit = bit_of(id);
        let problem = if bit == 0 {
            ContextProblem::EvenId
        } else if seen & bit != 0 {
            ContextProblem::RepeatedId
        } else {
            seen |= bit;
            continue;
        };
        return Err(ContextError { id, problem });
    }
    Ok(())
}

/// May the user answer the request with this context?
fn check_own_answer(answer: &PresentationContext, request: &Associate) -> Result<(), ContextError> {
    let id = answer.id;
    let refuse = |problem| Err(ContextError { id, problem });
    if answer.result > RESULT_MAX {
        return refuse(ContextProblem::Result(answer.result));
    }
    let Some(proposal) = request.presentation_contexts.iter().find(|proposal| proposal.id == id) else {
        return refuse(ContextProblem::NotProposed);
    };
    if answer.result != ACCEPTANCE {
        return Ok(());
    }
    // Only the first goes out, so the first is the answer.
    match answer.transfer_syntaxes.first() {
        None => refuse(ContextProblem::NoTransferSyntax),
        Some(first) if proposal.transfer_syntaxes.contains(first) => Ok(()),
        Some(_) => refuse(ContextProblem::TransferSyntaxNotProposed),
    }
}

/// The answer to one proposal: the user's, or a refusal where he has none.
fn answer_to(proposal: &PresentationContext, accept: &Associate) -> PresentationContext {
    let answer = accept.presentation_contexts.iter().find(|answer| answer.id == proposal.id);
    PresentationContext {
        id: proposal.id,
        result: answer.map_or(NO_REASON, |answer| answer.result),
        abstract_syntax: proposal.abstract_syntax,
        transfer_syntaxes: answer
            .and_then(|answer| answer.transfer_syntaxes.first())
            .map_or_else(Vec::new, |first| vec![*first]),
    }
}

/// The user information that every A-ASSOCIATE must carry (PS3.8 D.1, PS3.7 D.3.3.2), and the version name, which
/// it should.
fn fill_user_information(associate: &mut Associate, config: &Config) {
    associate.maximum_length.get_or_insert(config.maximum_length);
    associate.implementation_class_uid.get_or_insert(config.implementation_class_uid);
    associate.implementation_version_name.get_or_insert(config.implementation_version_name);
}

/// The peer's answer for this context does not follow from the request.
fn invalid_answer(id: u8) -> PduError {
    PduError::InvalidParameterValue {
        what: "presentation context of an A-ASSOCIATE-AC",
        found: id.into(),
        expected: "one answer to a proposal, with one of its transfer syntaxes if accepted",
    }
}
