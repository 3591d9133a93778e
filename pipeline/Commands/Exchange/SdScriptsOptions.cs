using Slipway.Engine.Options;
using Slipway.Training.Options;

namespace Slipway.Pipeline.Commands.Exchange;

/// <summary>The options of sd-scripts' <c>sdxl_train_network.py</c> and their defaults, of its version 0.10; those that a plan has too are declared with their records.</summary>
internal static class SdScriptsOptions
{
    private const string Others = """
        async_upload=false cache_info=false cache_latents_to_disk=false cache_text_encoder_outputs=false cache_text_encoder_outputs_to_disk=false
        caption_extention= caption_separator=, clip_skip= config_file= console_log_file= console_log_level= console_log_simple=false
        cpu_offload_checkpointing=false dataset_class= dataset_config= dataset_repeats=1 ddp_gradient_as_bucket_view=false ddp_static_graph=false ddp_timeout=
        debug_dataset=false deepspeed=false disable_mmap_load_safetensors=false dynamo_backend=inductor face_crop_aug_range=
        fp16_master_weights_and_gradients=false fp8_base_unet=false full_bf16=false full_fp16=false fused_backward_pass=false highvram=false
        huggingface_path_in_repo= huggingface_repo_id= huggingface_repo_type= huggingface_repo_visibility= huggingface_token= in_json= initial_epoch=
        initial_step= log_config=false log_prefix= log_tracker_config= log_tracker_name= log_with= logging_dir= lowram=false lr_scheduler_args=
        lr_scheduler_type= max_data_loader_n_workers=8 max_validation_steps= mem_eff_attn=false
        metadata_is_negative_embedding= metadata_merged_from= metadata_preprocessor= mixed_precision=no network_args= network_module= network_train_text_encoder_only=false
        no_half_vae=false no_metadata=false offload_optimizer_device= offload_optimizer_nvme_path= offload_param_device=
        offload_param_nvme_path= output_config=false output_dir= output_name= persistent_data_loader_workers=false pretrained_model_name_or_path=
        reg_data_dir= resolution= resume= resume_from_huggingface=false sample_at_first=false sample_prompts= sample_sampler=ddim
        save_last_n_epochs= save_last_n_epochs_state= save_last_n_steps= save_last_n_steps_state= save_model_as=safetensors save_n_epoch_ratio=
        save_state=false save_state_on_train_end=false save_state_to_huggingface=false sdpa=false skip_cache_check=false
        skip_until_initial_step=false tokenizer_cache_dir= torch_compile=false train_data_dir= training_comment= use_8bit_adam=false use_lion_optimizer=false
        v2=false v_parameterization=false vae= vae_batch_size=1 validate_every_n_epochs= validation_split=0.0 wandb_api_key= wandb_run_name=
        xformers=false zero3_init_flag=false zero3_save_16bit_model=false zero_stage=2
        """;

    /// <summary>Defaults by name, as text; empty: none. Those of the options that a plan has are declared with them.</summary>
    public static IReadOnlyDictionary<string, string> Defaults { get; } = Others
        .Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(option => option.Split('=', 2)).Select(option => (Name: option[0], Default: option[1]))
        .Concat(PlanKeys.OfVersion.Concat(PlanKeys.OfDataset).Where(option => option.SdScripts is not null).Select(option => (option.Name, Default: option.SdScripts!)).Distinct())
        .ToDictionary(option => option.Name, option => option.Default, StringComparer.Ordinal);

    /// <summary>What goes into <c>network_args</c> as <c>name=value</c>, of <c>networks.lora</c>.</summary>
    public static IReadOnlyList<string> NetworkArguments { get; } = [.. TrainingOptions.Declared.Options.Where(option => option.Counterpart == Counterpart.NetworkArgument).Select(option => option.Name)];

    /// <summary>What else LyCORIS takes there.</summary>
    public static IReadOnlyList<string> LycorisArguments { get; } =
    [
        "block_size", "bypass_mode", "constraint", "decompose_both", "full_matrix", "rank_dropout_scale", "rescaled", "rs_lora", "train_norm", "train_t5xxl", "unbalanced_factorization", "unit", "use_scalar",
    ];

    /// <summary>Whether an option is about how a training is watched, which works in another way here.</summary>
    public static bool IsMonitoring(string name) => Monitoring.Any(part => name.StartsWith(part, StringComparison.Ordinal));

    private static readonly string[] Monitoring = ["validat", "max_validation", "early_stopping", "sample_"];

    /// <summary>What is otherwise here, of options that matter and have no counterpart by their name; null for others.</summary>
    public static string? Difference(string name) => name switch
    {
        "metadata_file" or "in_json" => "captions are read from text files beside the pictures; write them there",
        "validation_split" => "sd-scripts keeps this share of the pictures for measuring; here a version learns from all of them, and `validation` of the plan watches it",
        "sample_prompts" => "the file is not there; the plan's `evaluation` says what is drawn of every version",
        _ when IsMonitoring(name) => "how a version is watched is set in the plan, by `validation` and by the version's own keys",
        _ => null,
    };

    /// <summary>
    /// Whether an option makes no difference to what is learned: how attention is computed and data are loaded, what is kept in caches (by content
    /// here, always), where files and logs go and in what precision, what sd-scripts ignores for SDXL too, and what a model says of itself.
    /// </summary>
    public static bool IsNeedless(string name) => name is
        "xformers" or "sdpa" or "mem_eff_attn" or "torch_compile" or "dynamo_backend"
        or "max_data_loader_n_workers" or "persistent_data_loader_workers" or "vae_batch_size" or "text_encoder_batch_size" or "lowram" or "highvram"
        or "disable_mmap_load_safetensors" or "num_cpu_threads_per_process" or "num_processes" or "num_machines" or "multi_gpu" or "gpu_ids"
        or "cache_latents_to_disk" or "cache_text_encoder_outputs" or "cache_text_encoder_outputs_to_disk" or "skip_cache_check" or "cache_info"
        or "no_half_vae" or "clip_skip" or "save_model_as" or "output_dir" or "output_name" or "logging_dir" or "log_with" or "log_prefix" or "log_tracker_name"
        or "log_tracker_config" or "log_config" or "wandb_run_name" or "console_log_level" or "console_log_file" or "console_log_simple" or "training_comment"
        or "output_config" or "config_file" or "dataset_config" or "no_metadata" or "save_state" or "save_state_on_train_end" or "resume"
        or "save_last_n_epochs_state" or "save_last_n_steps_state" or "save_state_to_huggingface"
        or "metadata_is_negative_embedding" or "metadata_merged_from" or "metadata_preprocessor" or "tokenizer_cache_dir" or "huggingface_token" or "wandb_api_key" or "ddp_timeout" or "cpu_offload_checkpointing";
}
