import Events
import Wire

/// The fingerprints of a job's steps and their sum, computed anew only for steps that were opened, and of the texts in
/// them only where one of those may have changed.
struct StepPrints: Sendable {
    /// 0 for what is to be computed.
    private struct Print {
        var whole: UInt64 = 0
        var texts: UInt64 = 0
    }

    private var prints: [Print]
    /// All that are to be computed lie in here.
    private var opened: Range<Int>
    private var total: UInt64 = 0

    /// Of so many steps, all to be computed.
    init(count: Int) {
        prints = Array(repeating: Print(), count: count)
        opened = 0..<count
    }

    /// One more step behind the others.
    mutating func append() {
        widen(to: prints.count)
        if prints.isEmpty { prints.reserveCapacity(JobFile.stepsExpected) }
        prints.append(Print())
    }

    /// Says that a step is about to change, or did.
    ///
    /// - Parameter texts: whether its executor, its model or its detail change too.
    mutating func open(_ index: Int, texts: Bool = false) {
        if texts { prints[index].texts = 0 }
        guard prints[index].whole != 0 else { return }
        total &-= prints[index].whole
        prints[index].whole = 0
        widen(to: index)
    }

    private mutating func widen(to index: Int) {
        opened = opened.isEmpty ? index..<index + 1 : min(opened.lowerBound, index)..<max(opened.upperBound, index + 1)
    }

    /// The sum of the fingerprints of all steps. It does not tell their order, so each tells its place.
    ///
    /// - Parameter steps: not changed; but what is lent to be changed is not copied to be looked at.
    mutating func sum(of steps: inout [StepRow]) -> UInt64 {
        for index in opened where prints[index].whole == 0 {
            var texts = prints[index].texts
            if texts == 0 { texts = max(Self.texts(of: &steps[index]), 1) }
            let whole = max(Self.numbers(of: &steps[index], at: index, texts), 1)
            prints[index] = Print(whole: whole, texts: texts)
            total &+= whole
        }
        opened = 0..<0
        return total
    }
}

extension StepPrints {
    private static func texts(of row: inout StepRow) -> UInt64 {
        var print = Fingerprint()
        print.add(row.step.utf8.span.bytes)
        print.add(row.item.utf8.span.bytes)
        print.add(row.executor.utf8.span.bytes)
        print.add(row.model.utf8.span.bytes)
        print.add(row.detail.utf8.span.bytes)
        return print.value
    }

    /// Takes in every field but the texts, without encoding them.
    private static func numbers(of row: inout StepRow, at index: Int, _ texts: UInt64) -> UInt64 {
        // Two chains of multiplications, which a processor works on at the same time.
        var (left, right) = (Fingerprint(seed: UInt64(index)), Fingerprint(seed: texts))
        left.add(UInt64(row.status.rawValue) << 32 | UInt64(row.task), UInt64(row.attempt) << 32 | UInt64(row.rung))
        right.add(UInt64(row.tasks) << 32 | UInt64(row.calls), UInt64(row.completed) << 32 | UInt64(row.context))
        left.add(row.costMicrodollars, row.latencyUs)
        right.add(row.inputTokens, row.outputTokens)
        left.add(row.firstPosition, row.lastPosition)
        right.add(UInt64(bitPattern: row.requestedUs), UInt64(bitPattern: row.endedUs))
        left.add(UInt64(bitPattern: row.notBeforeUs), row.confidenceMillionths.map { UInt64($0) + 1 } ?? 0)
        right.add(row.output?.word ?? 0, row.request?.word ?? 0)
        if let deliveries = row.deliveries {
            left.add(deliveries.connector.utf8.span.bytes)
            left.add(UInt64(deliveries.effect) << 32 | UInt64(deliveries.prepared), UInt64(deliveries.succeeded))
            left.add(UInt64(deliveries.failed), UInt64(deliveries.unknown) << 32 | UInt64(deliveries.due))
        }
        left.add(right.value)
        return left.value
    }
}
