import EventSourcing
import Events
import Jobs
import Wire

/// The exact bytes of the mails of one effect, made again from the log: they are kept as digests alone.
struct RebuiltMail {
    let batch: MailBatch
    private let effect: EffectState
    private let connector: ConnectorDefinition
    private let mail: JSON

    /// - Parameter version: of the EffectPrepared.
    /// - Returns: nil if something that it is made of is not kept any more.
    init?(effect version: StreamVersion, in history: JobHistory, _ artifacts: some ArtifactReader) {
        guard let state = try? history.state(at: version, JobDecider(artifacts: artifacts)),
            let effect = state.effect(version), let connector = state.definitions?.connector(effect.connector),
            let batch = artifacts.bytes(effect.exact).flatMap({ try? MailBatch(wireBytes: $0) }),
            let mail = artifacts.bytes(effect.draft).flatMap({ try? JSON(parsing: $0) })
        else { return nil }
        self.batch = batch
        self.effect = effect
        self.connector = connector
        self.mail = mail
    }

    /// The message of one delivery, to the stand-in; nil if it cannot be made any more.
    func message(_ index: Int) -> [UInt8]? { message(index, to: JobDecider.recipientStandIn) }

    /// The message as it goes out; nil if its recipient was erased.
    func message(_ index: Int, readableBy artifacts: some ArtifactReader) -> [UInt8]? {
        artifacts.address(of: batch.deliveries[index].recipient).flatMap { message(index, to: $0) }
    }

    private func message(_ index: Int, to recipient: String) -> [UInt8]? {
        try? JobDecider.message(
            mail, from: connector, to: recipient, key: batch.deliveries[index].idempotencyKey, date: effect.date)
    }

    /// The deliveries whose messages do not come out as they were written down.
    var differing: [MailDelivery] {
        batch.deliveries.indices.compactMap { index in
            message(index).map { Digest.of($0) } == batch.deliveries[index].message ? nil : batch.deliveries[index]
        }
    }
}
