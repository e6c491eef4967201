//! The presentation contexts of an [`Associate`], and what is negotiated for the SOP class of one.
//!
//! PS3.8 9.3.2.2, PS3.7 D.3.3.4 and D.3.3.5. On the wire role selection and extended negotiation belong to a SOP class, and
//! programs ask for them by presentation context: the context's abstract syntax joins the two.

use super::{Associate, AssociateForm, ExtendedNegotiation, PresentationContext, RoleSelection};
use crate::pdu::uid::trim_padding;
use crate::pdu::{Uid, ValueError};

/// Longest body of a sub-item: its length field has two bytes (PS3.8 9.3.1).
const ITEM_BYTES_MAX: usize = 0xFFFF;
/// Largest result of a presentation context (PS3.8 Table 9-18).
const RESULT_MAX: u8 = 4;

impl Associate {
    /// A request of an AE that proposes presentation contexts: abstract syntaxes, each with its transfer syntaxes.
    ///
    /// They get the IDs 1, 3, 5 and so on, in their order. All else is as [`Associate::new`] leaves it. An empty title
    /// is blank, which PS3.8 9.3.2 forbids and some peers refuse.
    ///
    /// # Errors
    /// What [`AeTitle::new`](crate::pdu::AeTitle::new) and [`Uid::new`] refuse, and more than 128 contexts.
    pub fn request<T: Into<Vec<Uid>>>(
        called_ae_title: &[u8],
        calling_ae_title: &[u8],
        contexts: impl IntoIterator<Item = (Uid, T)>,
    ) -> Result<Self, ValueError> {
        let mut request = Self::new(AssociateForm::Request);
        request.set_called_ae_title(called_ae_title)?;
        request.set_calling_ae_title(calling_ae_title)?;
        let mut ids = (1..=u8::MAX).step_by(2);
        for (abstract_syntax, transfer_syntaxes) in contexts {
            let id = ids.next().ok_or(ValueError::OutOfRange {
                what: "number of presentation contexts",
                found: 129,
                expected: "0 to 128",
            })?;
            request.add_context(id, 0, abstract_syntax.as_bytes())?;
            for transfer_syntax in transfer_syntaxes.into() {
                request.add_transfer_syntax(id, transfer_syntax.as_bytes())?;
            }
        }
        Ok(request)
    }

    /// The answer to this request that accepts its contexts of these abstract syntaxes, each with the transfer syntax
    /// that it proposes first.
    ///
    /// The other contexts are left out, which refuses them, and so are role selections and whatever else the requestor
    /// would negotiate (PS3.7 D.3.3).
    #[must_use]
    pub fn accepting(&self, abstract_syntaxes: &[Uid]) -> Self {
        let proposed = self.presentation_contexts.iter();
        let wanted = proposed.filter(|context| abstract_syntaxes.contains(&context.abstract_syntax));
        let accepted = wanted.filter_map(|context| {
            let transfer_syntaxes = vec![*context.transfer_syntaxes.first()?];
            Some(PresentationContext { result: 0, transfer_syntaxes, ..*context })
        });
        Self { presentation_contexts: accepted.collect(), ..Self::new(AssociateForm::Accept) }
    }

    /// The presentation context with this ID; if a peer repeats one, the first.
    #[must_use]
    pub fn context(&self, id: u8) -> Option<&PresentationContext> {
        self.presentation_contexts.iter().find(|c| c.id == id)
    }

    /// Adds a presentation context without transfer syntaxes.
    ///
    /// An empty abstract syntax is taken in the accept form, which does not send it.
    ///
    /// # Errors
    /// An even or repeated ID (so that there are never more than 128), a result over 4, an invalid UID.
    pub fn add_context(&mut self, id: u8, result: u8, abstract_syntax: &[u8]) -> Result<(), ValueError> {
        check_id(id)?;
        check_result(result)?;
        if self.context(id).is_some() {
            return Err(ValueError::RepeatedPresentationContextId { found: id });
        }
        let abstract_syntax = self.parse_abstract_syntax(abstract_syntax)?;
        self.presentation_contexts.push(PresentationContext {
            id,
            result,
            abstract_syntax,
            transfer_syntaxes: Vec::new(),
        });
        Ok(())
    }

    /// Removes a presentation context, and what was negotiated for its SOP class if no other context has it.
    /// Was there one?
    pub fn remove_context(&mut self, id: u8) -> bool {
        let Some(index) = self.presentation_contexts.iter().position(|c| c.id == id) else {
            return false;
        };
        let uid = self.presentation_contexts.remove(index).abstract_syntax;
        if !self.has_abstract_syntax(&uid) {
            self.role_selections.retain(|r| r.sop_class_uid != uid);
            self.extended_negotiations.retain(|e| e.sop_class_uid != uid);
        }
        true
    }

    /// Gives the presentation context at `index` another ID.
    ///
    /// # Errors
    /// No such index, an even ID, or one that another context has.
    pub fn set_context_id(&mut self, index: usize, id: u8) -> Result<(), ValueError> {
        check_id(id)?;
        let count = self.presentation_contexts.len();
        let other = |(at, c): (usize, &PresentationContext)| at != index && c.id == id;
        if self.presentation_contexts.iter().enumerate().any(other) {
            return Err(ValueError::RepeatedPresentationContextId { found: id });
        }
        let context = self.presentation_contexts.get_mut(index);
        let error = ValueError::Index { what: "presentation contexts", found: index, count };
        context.ok_or(error)?.id = id;
        Ok(())
    }

    /// The result of a presentation context.
    #[must_use]
    pub fn result(&self, id: u8) -> Option<u8> {
        self.context(id).map(|c| c.result)
    }

    /// Sets the result of a presentation context: 0 to 4, see [`PresentationContext::result`].
    ///
    /// # Errors
    /// No such context, or a result over 4.
    pub fn set_result(&mut self, id: u8, result: u8) -> Result<(), ValueError> {
        check_result(result)?;
        self.context_mut(id)?.result = result;
        Ok(())
    }

    /// The abstract syntax of a presentation context.
    #[must_use]
    pub fn abstract_syntax(&self, id: u8) -> Option<&Uid> {
        self.context(id).map(|c| &c.abstract_syntax)
    }

    /// Sets the abstract syntax of a presentation context. What was negotiated for its SOP class comes along, unless
    /// another context has that class too.
    ///
    /// # Errors
    /// No such context, or an invalid UID.
    pub fn set_abstract_syntax(&mut self, id: u8, uid: &[u8]) -> Result<(), ValueError> {
        let new = self.parse_abstract_syntax(uid)?;
        let old = std::mem::replace(&mut self.context_mut(id)?.abstract_syntax, new);
        if old == new || self.has_abstract_syntax(&old) {
            return Ok(());
        }
        if new.is_empty() || self.role_selections.iter().any(|r| r.sop_class_uid == new) {
            self.role_selections.retain(|r| r.sop_class_uid != old);
        }
        let mut extended = self.extended_negotiations.iter();
        if new.is_empty() || extended.any(|e| e.sop_class_uid == new) {
            self.extended_negotiations.retain(|e| e.sop_class_uid != old);
        }
        for item in &mut self.role_selections {
            if item.sop_class_uid == old {
                item.sop_class_uid = new;
            }
        }
        for item in &mut self.extended_negotiations {
            if item.sop_class_uid == old {
                item.sop_class_uid = new;
            }
        }
        Ok(())
    }

    /// ID of the first presentation context with this abstract syntax.
    #[must_use]
    pub fn find_abstract_syntax(&self, uid: &[u8]) -> Option<u8> {
        find(&self.presentation_contexts, uid)
    }

    /// ID of the next presentation context with this abstract syntax, in the order of the list, behind the one with the
    /// ID `after_id`.
    #[must_use]
    pub fn find_next_abstract_syntax(&self, after_id: u8, uid: &[u8]) -> Option<u8> {
        let contexts = &self.presentation_contexts;
        let index = contexts.iter().position(|c| c.id == after_id)?;
        find(contexts.get(index + 1..)?, uid)
    }

    /// How many presentation contexts have this abstract syntax.
    #[must_use]
    pub fn abstract_syntax_count(&self, uid: &[u8]) -> usize {
        let uid = trim_padding(uid);
        let contexts = self.presentation_contexts.iter();
        contexts.filter(|c| c.abstract_syntax.as_bytes() == uid).count()
    }

    /// Writes the abstract syntaxes of `request` into the contexts of this accept, where they belong though the wire
    /// does not carry them (PS3.8 9.3.3.2). A context that was not proposed is left as it is.
    pub fn fill_in_abstract_syntaxes(&mut self, request: &Self) {
        for context in &mut self.presentation_contexts {
            if let Some(proposed) = request.context(context.id) {
                context.abstract_syntax = proposed.abstract_syntax;
            }
        }
    }

    /// How many transfer syntaxes a presentation context has; 0 if there is no such context.
    #[must_use]
    pub fn transfer_syntax_count(&self, id: u8) -> usize {
        self.context(id).map_or(0, |c| c.transfer_syntaxes.len())
    }

    /// A transfer syntax of a presentation context. Of a context that was accepted, the chosen one has index 0.
    #[must_use]
    pub fn transfer_syntax(&self, id: u8, index: usize) -> Option<&Uid> {
        self.context(id)?.transfer_syntaxes.get(index)
    }

    /// Replaces a transfer syntax of a presentation context.
    ///
    /// # Errors
    /// No such context or index, or an invalid UID.
    pub fn set_transfer_syntax(&mut self, id: u8, index: usize, uid: &[u8]) -> Result<(), ValueError> {
        let uid = Uid::new(uid)?;
        let transfer_syntaxes = &mut self.context_mut(id)?.transfer_syntaxes;
        let error =
            ValueError::Index { what: "transfer syntaxes", found: index, count: transfer_syntaxes.len() };
        *transfer_syntaxes.get_mut(index).ok_or(error)? = uid;
        Ok(())
    }

    /// Adds a transfer syntax to a presentation context.
    ///
    /// # Errors
    /// No such context, or an invalid UID.
    pub fn add_transfer_syntax(&mut self, id: u8, uid: &[u8]) -> Result<(), ValueError> {
        let uid = Uid::new(uid)?;
        self.context_mut(id)?.transfer_syntaxes.push(uid);
        Ok(())
    }

    /// Removes a transfer syntax of a presentation context. Was there one?
    pub fn remove_transfer_syntax(&mut self, id: u8, index: usize) -> bool {
        let Ok(context) = self.context_mut(id) else {
            return false;
        };
        let found = index < context.transfer_syntaxes.len();
        if found {
            context.transfer_syntaxes.remove(index);
        }
        found
    }

    /// The role selection for the SOP class of a presentation context.
    #[must_use]
    pub fn role_selection(&self, id: u8) -> Option<&RoleSelection> {
        let uid = self.negotiable_sop_class(id).ok()?;
        self.role_selections.iter().find(|r| r.sop_class_uid == uid)
    }

    /// Sets (`enabled`) or removes the role selection for the SOP class of a presentation context. Roles are 0 or 1.
    ///
    /// # Errors
    /// No such context, one without an abstract syntax, or a role over 1.
    pub fn set_role_selection(
        &mut self,
        id: u8,
        enabled: bool,
        scu_role: u8,
        scp_role: u8,
    ) -> Result<(), ValueError> {
        let sop_class_uid = self.negotiable_sop_class(id)?;
        if !enabled {
            self.role_selections.retain(|r| r.sop_class_uid != sop_class_uid);
            return Ok(());
        }
        if let Some(found) = [scu_role, scp_role].into_iter().find(|role| *role > 1) {
            return Err(ValueError::OutOfRange { what: "role", found: found.into(), expected: "0 and 1" });
        }
        let new = RoleSelection { sop_class_uid, scu_role, scp_role };
        let mut items = self.role_selections.iter_mut();
        match items.find(|r| r.sop_class_uid == sop_class_uid) {
            Some(item) => *item = new,
            None => self.role_selections.push(new),
        }
        Ok(())
    }

    /// The application information of the extended negotiation for the SOP class of a presentation context.
    #[must_use]
    pub fn extended_negotiation(&self, id: u8) -> Option<&[u8]> {
        let uid = self.negotiable_sop_class(id).ok()?;
        let mut items = self.extended_negotiations.iter();
        let item = items.find(|e| e.sop_class_uid == uid)?;
        Some(&item.information)
    }

    /// Sets the extended negotiation for the SOP class of a presentation context; empty information removes it.
    ///
    /// # Errors
    /// No such context, one without an abstract syntax, or more information than a sub-item holds.
    pub fn set_extended_negotiation(&mut self, id: u8, information: &[u8]) -> Result<(), ValueError> {
        let sop_class_uid = self.negotiable_sop_class(id)?;
        let maximum = ITEM_BYTES_MAX - 2 - sop_class_uid.as_bytes().len();
        if information.len() > maximum {
            return Err(ValueError::TooLong {
                what: "extended negotiation information",
                found: information.len(),
                maximum,
            });
        }
        if information.is_empty() {
            self.extended_negotiations.retain(|e| e.sop_class_uid != sop_class_uid);
            return Ok(());
        }
        let information = information.to_vec();
        let mut items = self.extended_negotiations.iter_mut();
        match items.find(|e| e.sop_class_uid == sop_class_uid) {
            Some(item) => item.information = information,
            None => self.extended_negotiations.push(ExtendedNegotiation { sop_class_uid, information }),
        }
        Ok(())
    }

    fn context_mut(&mut self, id: u8) -> Result<&mut PresentationContext, ValueError> {
        let mut contexts = self.presentation_contexts.iter_mut();
        contexts.find(|c| c.id == id).ok_or(ValueError::NoSuchPresentationContext { found: id })
    }

    fn has_abstract_syntax(&self, uid: &Uid) -> bool {
        let mut contexts = self.presentation_contexts.iter();
        contexts.any(|c| c.abstract_syntax == *uid)
    }

    fn negotiable_sop_class(&self, id: u8) -> Result<Uid, ValueError> {
        let error = ValueError::NoSuchPresentationContext { found: id };
        let uid = self.context(id).ok_or(error)?.abstract_syntax;
        if uid.is_empty() {
            return Err(ValueError::NoAbstractSyntax { found: id });
        }
        Ok(uid)
    }

    fn parse_abstract_syntax(&self, uid: &[u8]) -> Result<Uid, ValueError> {
        if uid.is_empty() && !self.is_request() {
            return Ok(Uid::EMPTY);
        }
        Uid::new(uid)
    }
}

fn find(contexts: &[PresentationContext], uid: &[u8]) -> Option<u8> {
    let uid = trim_padding(uid);
    let mut contexts = contexts.iter();
    contexts.find(|c| c.abstract_syntax.as_bytes() == uid).map(|c| c.id)
}

fn check_id(id: u8) -> Result<(), ValueError> {
    if id.is_multiple_of(2) {
        return Err(ValueError::PresentationContextId { found: id });
    }
    Ok(())
}

fn check_result(result: u8) -> Result<(), ValueError> {
    if result > RESULT_MAX {
        return Err(ValueError::OutOfRange {
            what: "result of a presentation context",
            found: result.into(),
            expected: "0 to 4",
        });
    }
    Ok(())
}
