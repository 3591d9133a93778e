using Slipway.Pipeline.Commands.Publishing;

namespace Slipway.Pipeline.Tests.Commands.Publishing;

public sealed class ModelCardTests
{
    [Fact]
    public void A_card_has_the_metadata_that_the_hub_reads_in_front() => Assert.Equal(
        """
        ---
        license: "openrail++"
        base_model: "stabilityai/stable-diffusion-xl-base-1.0"
        library_name: diffusers
        pipeline_tag: text-to-image
        instance_prompt: "sail_kun"
        tags:
        - "text-to-image"
        - "stable-diffusion-xl"
        - "stable-diffusion-xl-diffusers"
        - "diffusers"
        - "lora"
        - "template:sd-lora"
        - "mascot"
        widget:
        - text: "sail_kun, \"beach\": sea"
          output:
            url: "images/beach.png"
        ---

        # Sail-kun

        <Gallery />

        A boat.

        ## Use

        The trigger word is `sail_kun`; the base model is sd_xl_base_1.0. In web UIs: `sail_kun, … <lora:sail_kun_v03:0.8>`.

        ```python
        import torch
        from diffusers import AutoPipelineForText2Image

        pipeline = AutoPipelineForText2Image.from_pretrained("stabilityai/stable-diffusion-xl-base-1.0", torch_dtype=torch.float16).to("cuda")
        pipeline.load_lora_weights(".", weight_name="sail_kun_v03.safetensors")
        image = pipeline("sail_kun", cross_attention_kwargs=dict(scale=0.8)).images[0]
        ```

        ## Pictures

        ![Every prompt with every seed, drawn with this LoRA.](grid.png)

        - `sail_kun, "beach": sea`

        ## Figures

        |  | without | with |
        |---|---|---|
        | mascot_presence | 0 | 0.95 |
        | drift | – | 0.1 |

        ## How the pictures were drawn

        |  |  |
        |---|---|
        | sampler | Euler a |

        ## How it was trained

        |  |  |
        |---|---|
        | network_args | a\|b |

        ## Licence

        By Ann. openrail++.

        """.ReplaceLineEndings("\n"),
        Card.ToString());

    [Theory]
    [InlineData("My own terms", "license: other\nlicense_name: \"My own terms\"\n")]
    [InlineData("cc-by-4.0", "license: \"cc-by-4.0\"\n")]
    public void A_licence_that_the_hub_does_not_know_is_another_one(string license, string expected) => Assert.StartsWith($"---\n{expected}base_model", (Card with { License = license }).ToString(), StringComparison.Ordinal);

    [Fact]
    public void What_is_not_known_is_not_said()
    {
        var text = (Card with { License = null, Author = null, BaseModel = null, Grid = null, Pictures = [], Description = null, Figures = [] }).ToString();
        Assert.DoesNotContain("license", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("base_model:", text, StringComparison.Ordinal);
        Assert.DoesNotContain("```python", text, StringComparison.Ordinal);
        Assert.DoesNotContain("widget", text, StringComparison.Ordinal);
    }

    private static ModelCard Card { get; } = new()
    {
        Title = "Sail-kun",
        File = "sail_kun_v03",
        TriggerWord = "sail_kun",
        Strength = 0.8,
        Description = "A boat.\n",
        Author = "Ann",
        License = "openrail++",
        Tags = ["mascot", "lora"],
        BaseModel = "stabilityai/stable-diffusion-xl-base-1.0",
        BaseModelName = "sd_xl_base_1.0",
        Grid = "grid.png",
        Pictures = [new CardPicture("images/beach.png", "sail_kun, \"beach\": sea")],
        Figures = [("mascot_presence", 0, 0.951), ("drift", null, 0.1)],
        Sampling = [("sampler", "Euler a")],
        Training = [("network_args", "a|b")],
    };
}
