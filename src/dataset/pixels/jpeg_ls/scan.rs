//! The samples of a scan (T.87 Annex A and B). The variables have the names that the recommendation gives them.

use super::super::{Image, put_sample};
use super::Presets;
use super::bits::Bits;

/// A.2.1: the orders of run lengths.
const J: [u32; 32] =
    [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15];
/// A.6.2: the bounds of the correction of a prediction.
const C_MAX: i32 = 127;
const C_MIN: i32 = -128;
/// C.2.4.1.1.
const RESET_DEFAULT: i32 = 64;
const THRESHOLDS_DEFAULT: [i32; 3] = [3, 7, 21];
const CONTEXTS: usize = 365;

/// In which order the samples of several components come (B.2, B.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Interleave {
    None,
    Line,
    Sample,
}

/// A scan, and where its decoding is.
pub(super) struct Scan {
    pub(super) components: usize,
    interleave: Interleave,
    precision: u16,
    near: i32,
    max_value: i32,
    range: i32,
    qbpp: u32,
    limit: u32,
    thresholds: [i32; 3],
    reset: i32,
    contexts: Vec<Context>,
    runs: [RunContext; 2],
}

#[derive(Clone, Copy)]
struct Context {
    a: i32,
    b: i32,
    c: i32,
    n: i32,
}

#[derive(Clone, Copy)]
struct RunContext {
    a: i32,
    n: i32,
    nn: i32,
}

/// Two lines of a component: with a sample before the first and one behind the last, so that each has its neighbours.
struct Lines {
    above: Vec<i32>,
    line: Vec<i32>,
    run_index: usize,
}

/// The samples around one (A.1): left, above, left of that, right of it.
#[derive(Clone, Copy)]
struct Around {
    a: i32,
    b: i32,
    c: i32,
    d: i32,
}

impl Scan {
    /// `None` where the numbers break the bounds of T.87 C.2.3 and C.2.4.1.1.
    pub(super) fn new(
        precision: u8,
        presets: Presets,
        near: u8,
        interleave: Interleave,
        components: usize,
    ) -> Option<Self> {
        let top = (1 << precision) - 1;
        let or = |number: u16, default: i32| if number == 0 { default } else { i32::from(number) };
        let (max_value, near) = (or(presets.max_value, top), i32::from(near));
        if max_value > top || near > max_value / 2 {
            return None;
        }
        let defaults = default_thresholds(max_value, near);
        let [t1, t2, t3] = [0, 1, 2].map(|index: usize| {
            let pair = presets.thresholds.get(index).copied().zip(defaults.get(index).copied());
            pair.map_or(0, |(number, default)| or(number, default))
        });
        let reset = or(presets.reset, RESET_DEFAULT);
        if t1 <= near || t2 < t1 || t3 < t2 || t3 > max_value || reset < 3 || reset > max_value.max(255) {
            return None;
        }
        let range = (max_value + 2 * near) / (2 * near + 1) + 1;
        let bpp = bits_of(max_value + 1).max(2);
        let a = ((range + 32) / 64).max(2);
        Some(Self {
            components,
            interleave,
            precision: u16::from(precision),
            near,
            max_value,
            range,
            qbpp: bits_of(range),
            limit: 2 * (bpp + bpp.max(8)),
            thresholds: [t1, t2, t3],
            reset,
            contexts: vec![Context { a, b: 0, c: 0, n: 1 }; CONTEXTS],
            runs: [RunContext { a, n: 1, nn: 0 }; 2],
        })
    }

    /// Decodes the scan into the pixels of the image, for its components from `first` on. `None` if the bits end.
    pub(super) fn decode(
        mut self,
        bits: &mut Bits<'_>,
        image: Image,
        first: usize,
        pixels: &mut [u8],
    ) -> Option<()> {
        let columns = usize::from(image.columns);
        let mut all: Vec<Lines> = (0..self.components).map(|_| Lines::new(columns)).collect();
        let (stride, sample_bytes) = (usize::from(image.samples), image.sample_bytes());
        for row in pixels.chunks_exact_mut(columns * stride * sample_bytes) {
            match self.interleave {
                Interleave::None | Interleave::Line => {
                    all.iter_mut().try_for_each(|lines| self.line(bits, std::slice::from_mut(lines)))?;
                }
                Interleave::Sample => self.line(bits, &mut all)?,
            }
            for (component, lines) in all.iter_mut().enumerate() {
                let out = row.chunks_exact_mut(sample_bytes).skip(first + component).step_by(stride);
                for (out, sample) in out.zip(lines.line.iter().skip(1)) {
                    put_sample(sample.cast_unsigned(), self.precision, image, out);
                }
                lines.turn();
            }
        }
        Some(())
    }

    /// A line of one component, or of several whose samples come together.
    fn line(&mut self, bits: &mut Bits<'_>, all: &mut [Lines]) -> Option<()> {
        let end = all.first()?.line.len() - 1;
        let mut at = 1;
        while at < end {
            let mut is_flat = true;
            for lines in all.iter() {
                let Around { a, b, c, d } = lines.around(at)?;
                is_flat &= [d - b, b - c, c - a].iter().all(|gradient| gradient.abs() <= self.near);
            }
            if is_flat {
                at = self.run(bits, all, at, end)?;
            } else {
                for lines in all.iter_mut() {
                    let sample = self.regular(bits, lines.around(at)?)?;
                    *lines.line.get_mut(at)? = sample;
                }
                at += 1;
            }
        }
        Some(())
    }

    /// A.4 to A.6: a sample whose surroundings are not flat.
    fn regular(&mut self, bits: &mut Bits<'_>, around: Around) -> Option<i32> {
        let Around { a, b, c, d } = around;
        let q = self.quantize(d - b) * 81 + self.quantize(b - c) * 9 + self.quantize(c - a);
        let sign = if q < 0 { -1 } else { 1 };
        let (near, max_value, reset) = (self.near, self.max_value, self.reset);
        let (limit, qbpp) = (self.limit, self.qbpp);
        let context = self.contexts.get_mut(q.unsigned_abs() as usize)?;
        let predicted = if c >= a.max(b) {
            a.min(b)
        } else if c <= a.min(b) {
            a.max(b)
        } else {
            a + b - c
        };
        let predicted = (predicted + sign * context.c).clamp(0, max_value);
        let k = golomb_parameter(context.a, context.n);
        let mapped = golomb(bits, k, limit, qbpp)?;
        // A.5.3: where errors lean to the negative, their signs are coded the other way round.
        let is_turned = near == 0 && k == 0 && 2 * context.b <= -context.n;
        let error = match (mapped & 1 == 1, is_turned) {
            (false, false) => mapped / 2,
            (true, false) => -(mapped / 2) - 1,
            (true, true) => mapped / 2,
            (false, true) => -(mapped / 2) - 1,
        };
        context.update(error, near, reset)?;
        self.reconstruct(predicted, sign * error)
    }

    /// A.7: a run of equal samples, and the one that ends it. Gives where it ends.
    fn run(&mut self, bits: &mut Bits<'_>, all: &mut [Lines], start: usize, end: usize) -> Option<usize> {
        let mut at = start;
        let mut run_index = all.first()?.run_index;
        let is_interrupted = loop {
            let order = *J.get(run_index)?;
            if bits.take(1)? == 0 {
                at += bits.take(order)? as usize;
                break true;
            }
            let whole = 1 << order;
            at += whole;
            if at <= end {
                run_index = (run_index + 1).min(J.len() - 1);
            }
            if at >= end {
                at = end;
                break false;
            }
        };
        // A run that is interrupted has a sample behind it.
        if is_interrupted && at >= end {
            return None;
        }
        for lines in all.iter_mut() {
            let value = *lines.line.get(start - 1)?;
            lines.line.get_mut(start..at)?.fill(value);
        }
        if is_interrupted {
            let limit = self.limit.checked_sub(J.get(run_index)? + 1)?;
            let is_single = all.len() == 1 && self.interleave != Interleave::Sample;
            for lines in all.iter_mut() {
                let sample = self.interruption(bits, lines.around(at)?, limit, is_single)?;
                *lines.line.get_mut(at)? = sample;
            }
            run_index = run_index.saturating_sub(1);
            at += 1;
        }
        all.iter_mut().for_each(|lines| lines.run_index = run_index);
        Some(at)
    }

    /// A.7.2: the sample that ends a run.
    fn interruption(
        &mut self,
        bits: &mut Bits<'_>,
        around: Around,
        limit: u32,
        is_single: bool,
    ) -> Option<i32> {
        let Around { a, b, .. } = around;
        // Where samples come together it is always of the first kind (B.3).
        let is_near = is_single && (a - b).abs() <= self.near;
        let kind = i32::from(is_near);
        let (predicted, sign) = if is_near { (a, 1) } else { (b, if a > b { -1 } else { 1 }) };
        let (qbpp, reset) = (self.qbpp, self.reset);
        let context = self.runs.get_mut(usize::from(is_near))?;
        let k = golomb_parameter(context.a + kind * (context.n >> 1), context.n);
        let mapped = golomb(bits, k, limit, qbpp)?;
        let turned = mapped + kind;
        let (map, size) = (turned & 1 == 1, (turned + (turned & 1)) / 2);
        let error = if (k != 0 || 2 * context.nn >= context.n) == map { -size } else { size };
        context.update(error, mapped, kind, reset)?;
        self.reconstruct(predicted, sign * error)
    }

    /// A.3.3.
    fn quantize(&self, gradient: i32) -> i32 {
        let [t1, t2, t3] = self.thresholds;
        let size = match gradient.abs() {
            size if size <= self.near => 0,
            size if size < t1 => 1,
            size if size < t2 => 2,
            size if size < t3 => 3,
            _ => 4,
        };
        size * gradient.signum()
    }

    /// A.4.4 and A.4.5: the sample, from what was predicted and the error of that. `None` for an error out of range.
    fn reconstruct(&self, predicted: i32, error: i32) -> Option<i32> {
        if error.abs() > self.range {
            return None;
        }
        let step = 2 * self.near + 1;
        let sample = predicted + error * step;
        let sample = if sample < -self.near {
            sample + self.range * step
        } else if sample > self.max_value + self.near {
            sample - self.range * step
        } else {
            sample
        };
        Some(sample.clamp(0, self.max_value))
    }
}

impl Context {
    /// A.6. `None` for an error that no stream of this range has.
    fn update(&mut self, error: i32, near: i32, reset: i32) -> Option<()> {
        self.b = self.b.checked_add(error.checked_mul(2 * near + 1)?)?;
        self.a = self.a.checked_add(error.checked_abs()?)?;
        if self.n == reset {
            self.a >>= 1;
            self.b >>= 1;
            self.n >>= 1;
        }
        self.n += 1;
        if self.b <= -self.n {
            self.b = (self.b + self.n).max(1 - self.n);
            self.c = (self.c - 1).max(C_MIN);
        } else if self.b > 0 {
            self.b = (self.b - self.n).min(0);
            self.c = (self.c + 1).min(C_MAX);
        }
        Some(())
    }
}

impl RunContext {
    /// A.7.2, code segment A.23.
    fn update(&mut self, error: i32, mapped: i32, kind: i32, reset: i32) -> Option<()> {
        self.nn += i32::from(error < 0);
        self.a = self.a.checked_add((mapped + 1 - kind) >> 1)?;
        if self.n == reset {
            self.a >>= 1;
            self.n >>= 1;
            self.nn >>= 1;
        }
        self.n += 1;
        Some(())
    }
}

impl Lines {
    fn new(columns: usize) -> Self {
        Self { above: vec![0; columns + 2], line: vec![0; columns + 2], run_index: 0 }
    }

    fn around(&self, at: usize) -> Option<Around> {
        let [c, b, d] = *self.above.get(at - 1..at + 2)? else { return None };
        Some(Around { a: *self.line.get(at - 1)?, b, c, d })
    }

    /// The line that was decoded becomes the one above: its last sample goes on, and the next begins as this did.
    fn turn(&mut self) {
        if let [.., last, behind] = self.line.as_mut_slice() {
            *behind = *last;
        }
        std::mem::swap(&mut self.above, &mut self.line);
        if let (Some(before), Some(first)) = (self.line.first_mut(), self.above.get(1)) {
            *before = *first;
        }
    }
}

/// C.2.4.1.1.1: the thresholds of gradients.
fn default_thresholds(max_value: i32, near: i32) -> [i32; 3] {
    let clamp = |value: i32, low: i32| if value > max_value || value < low { low } else { value };
    let [b1, b2, b3] = THRESHOLDS_DEFAULT;
    let [t1, t2, t3] = if max_value >= 128 {
        let factor = (max_value.min(4095) + 128) / 256;
        [factor * (b1 - 2) + 2, factor * (b2 - 3) + 3, factor * (b3 - 4) + 4]
    } else {
        let factor = 256 / (max_value + 1);
        // The least are as they stand before what nearness adds.
        return {
            let t1 = clamp((b1 / factor + 3 * near).max(2), near + 1);
            let t2 = clamp((b2 / factor + 5 * near).max(3), t1);
            [t1, t2, clamp((b3 / factor + 7 * near).max(4), t2)]
        };
    };
    let t1 = clamp(t1 + 3 * near, near + 1);
    let t2 = clamp(t2 + 5 * near, t1);
    [t1, t2, clamp(t3 + 7 * near, t2)]
}

/// How many bits tell as many values apart.
fn bits_of(values: i32) -> u32 {
    (values - 1).checked_ilog2().map_or(0, |log| log + 1)
}

/// A.5.1. The sums of a context stay small enough for this to end.
fn golomb_parameter(a: i32, n: i32) -> u32 {
    (0..24).find(|k| i64::from(n) << k >= i64::from(a)).unwrap_or(24)
}

/// A.5.3: a mapped error in a Golomb code of limited length.
fn golomb(bits: &mut Bits<'_>, k: u32, limit: u32, qbpp: u32) -> Option<i32> {
    let longest = limit.checked_sub(qbpp + 1)?;
    let zeros = bits.zeros(longest)?;
    let mapped = if zeros < longest { (zeros << k) + bits.take(k)? } else { bits.take(qbpp)? + 1 };
    // Fits: 32 zeros at most, and 24 bits beside.
    i32::try_from(mapped).ok()
}
