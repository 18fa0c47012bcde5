@_spi(Minting) import EventSourcing
import Events
import Jobs
import Wire

/// A permit as the ledger would mint it.
func permit(_ version: StreamVersion = 1) -> Permit<Live> {
    Permit(stream: StreamName(category: "job", id: "newsletter-1"), version: version)
}

func delivery(
    by kind: ConnectorDefinition.Kind, job: String = "newsletter-1", key: String = "key",
    recipient: String = "ana@example.org", from: String = "The Lever <lever@example.com>", body: String = "Hello.\n",
    timeoutMs: UInt64 = 10_000
) throws -> Delivery {
    let digest = Digest.of(Array(key.utf8))
    let message = try MailMessage(
        from: from, replyTo: "", to: recipient, subject: "Pricing pages", body: body, date: 1_793_610_821_000_000,
        idempotencyKey: digest, unsubscribe: "https://example.com/u")
    return Delivery(
        connector: ConnectorDefinition(
            name: "newsletter", kind: kind, from: from, replyTo: "", unsubscribe: "https://example.com/u"),
        job: job, recipient: recipient, idempotencyKey: digest, message: message.bytes, timeoutMs: timeoutMs)
}

extension DeliveryReport {
    /// The receipt of a success.
    var receipt: String? {
        guard case .succeeded(let success) = outcome, let bytes = artifacts.first, Digest.of(bytes) == success.receipt
        else {
            return nil
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    var failure: EffectFailed? { if case .failed(let failure) = outcome { failure } else { nil } }

    var isUnknown: Bool { if case .unknown = outcome { true } else { false } }
}
