using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace Plugins;

internal sealed class ByName : INodeTypeResolver
{
    public bool Resolve(NodeEvent nodeEvent, ref Type currentType)
    {
        var tag = nodeEvent.Tag.Value.TrimStart('!');
        var found = AppDomain.CurrentDomain.Load("Plugins").GetType(tag); // expect: injection/yaml-load
        if (found is null) return false;
        currentType = found;
        return true;
    }
}

// Nothing to see: the names are of this program.
internal sealed class Known : INodeTypeResolver
{
    public bool Resolve(NodeEvent nodeEvent, ref Type currentType)
    {
        if (nodeEvent.Tag != "!job") return false;
        currentType = typeof(Job);
        return true;
    }
}

internal static class Readers
{
    public static IDeserializer Plain() => new DeserializerBuilder().Build();

    public static IDeserializer Mapped(Job sample) =>
        new DeserializerBuilder()
            .WithTagMapping("!job", typeof(Job))
            .WithTagMapping("!sample", sample.GetType())
            .Build();
}
