"""sb3-contrib's RecurrentPPO on one of the tasks of bench_gymnasium.py; run by
it, in the peers' environment.

    python recurrent_ppo.py memory|picture SECONDS STEPS SEED OUT.csv
"""

import csv
import sys
import time

import gymnasium
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import SubprocVecEnv


class Memory(gymnasium.ObservationWrapper):
    """The 7x7 cells as numbers from 0 to 1."""

    def __init__(self, env):
        super().__init__(env)
        self.observation_space = spaces.Box(0, 1, (147,), np.float32)

    def observation(self, observation):
        return observation["image"].reshape(-1).astype(np.float32) / 10


class Picture(gymnasium.ObservationWrapper):
    """The screen at 48x64, which its convolutions need to be that large."""

    def __init__(self, env):
        super().__init__(env)
        self.observation_space = spaces.Box(0, 255, (48, 64, 3), np.uint8)

    def observation(self, observation):
        screen = observation["screen"]
        return screen.reshape(48, 5, 64, 5, 3).mean((1, 3)).astype(np.uint8)


def make(task):
    if task == "memory":
        import minigrid  # noqa: F401
        return Memory(gymnasium.make("MiniGrid-MemoryS7-v0"))
    from vizdoom import gymnasium_wrapper  # noqa: F401
    return gymnasium.wrappers.TransformReward(
        Picture(gymnasium.make("VizdoomBasic-v1", frame_skip=4)),
        lambda reward: 0.01 * reward)


class Curve(BaseCallback):
    """Mean return of the last hundred episodes, over steps and seconds."""

    def __init__(self, seconds, out):
        super().__init__()
        self.begin, self.seconds, self.out = time.monotonic(), seconds, out

    def _on_step(self):
        return time.monotonic() - self.begin < self.seconds

    def _on_rollout_end(self):
        if not self.model.ep_info_buffer:
            return
        returns = [episode["r"] for episode in self.model.ep_info_buffer]
        self.out.writerow([self.num_timesteps,
                           round(time.monotonic() - self.begin, 1),
                           float(np.mean(returns))])


def main():
    task, seconds, steps, seed, path = sys.argv[1:]
    envs = make_vec_env(lambda: make(task), n_envs=8, seed=int(seed),
                        vec_env_cls=SubprocVecEnv)
    # The zoo's settings for tasks of this kind.
    model = RecurrentPPO(
        "MlpLstmPolicy" if task == "memory" else "CnnLstmPolicy", envs,
        n_steps=128, batch_size=256, n_epochs=4, learning_rate=2.5e-4,
        gamma=0.99, gae_lambda=0.95, clip_range=0.2, ent_coef=0.01,
        policy_kwargs={"lstm_hidden_size": 64}, seed=int(seed))
    with open(path, "w", newline="") as file:
        model.learn(int(steps), callback=Curve(float(seconds),
                                               csv.writer(file)))
    envs.close()


if __name__ == "__main__":
    main()
