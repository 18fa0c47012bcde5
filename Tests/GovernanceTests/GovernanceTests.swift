import EventSourcing
import EventSourcingTesting
import Events
import Governance
import Testing
import Wire

@Suite struct Governance {
    @Test func `switches an agent off and on, and writes nothing for a repeat`() {
        var control = Specification(ControlDecider())
        control.when(.agentDisabled(AgentDisabled(agent: "writer", reason: nil)))
        control.when(.agentDisabled(AgentDisabled(agent: "writer", reason: nil)))
        #expect(control.state.disabledAgents == ["writer"])
        #expect(control.version == 1)
        control.when(.agentEnabled(AgentEnabled(agent: "writer")))
        control.when(.agentEnabled(AgentEnabled(agent: "writer")))
        #expect(control.state.disabledAgents.isEmpty)
        #expect(control.version == 2)
    }

    @Test func `writes a definition down when it changes, also back`() {
        func defined(_ text: String) -> DefinitionObservation {
            let digest = Digest.of(Array(text.utf8))
            return .defined(Defined(definition: digest, source: digest, path: "agents/writer.md"))
        }
        var writer = Specification(DefinitionDecider())
        for text in ["a", "a", "b", "a"] { writer.when(defined(text)) }
        #expect(writer.version == 3)
        #expect(writer.state.current == Digest.of(Array("a".utf8)))
    }

    @Test func `lets a driver begin only with the next epoch`() {
        var driver = Specification(DriverDecider())
        driver.when(.driverStarted(DriverStarted(epoch: 1, version: "1", rules: 1)))
        let stale = DriverObservation.driverStarted(DriverStarted(epoch: 1, version: "1", rules: 1))
        #expect(driver.when(stale).rejection == .staleEpoch(1, now: 1))
        driver.when(.driverStarted(DriverStarted(epoch: 2, version: "1", rules: 3)))
        #expect(driver.state.epoch == 2)
        #expect(driver.state.rules == 3)
    }
}
