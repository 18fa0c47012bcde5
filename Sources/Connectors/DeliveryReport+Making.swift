import Events
import Jobs
import Wire

extension DeliveryReport {
    static func succeeded(receipt: String) -> DeliveryReport {
        let bytes = Array(receipt.utf8)
        return DeliveryReport(outcome: .succeeded(EffectSucceeded(receipt: Digest.of(bytes))), artifacts: [bytes])
    }

    /// Certainly not done.
    static func failed(_ error: CallError, status: UInt32 = 0, _ detail: String, retryable: Bool) -> DeliveryReport {
        let failure = EffectFailed(error: error, status: status, detail: detail, retryable: retryable)
        return DeliveryReport(outcome: .failed(failure))
    }

    static func unknown(_ detail: String) -> DeliveryReport {
        DeliveryReport(outcome: .unknown(EffectUnknown(detail: detail)))
    }
}
